"""Ways in besides allauth's own."""

from django.urls import include, path

from dangol.workspaces.views import invitations, single_sign_on

sso = [
    path("", single_sign_on.choose, name="choose"),
    path("prove/", single_sign_on.prove, name="prove"),
    path("link/<uuid:provider_id>/", single_sign_on.link, name="link"),
    path("<slug:slug>/", single_sign_on.show_house, name="house"),
    path("<uuid:workspace_id>/<uuid:provider_id>/start/", single_sign_on.start, name="start"),
    path("<uuid:workspace_id>/<uuid:provider_id>/callback/", single_sign_on.callback, name="callback"),
]

urlpatterns = [
    path("login/", single_sign_on.SignIn.as_view(), name="account_login"),
    path("sso/", include((sso, "sso"))),
    path("invitations/<str:token>/", invitations.accept, name="accept_invitation"),
]
