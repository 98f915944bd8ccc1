"""Where the caught mails are shown."""

from django.urls import path

from dangol.integrations.mail_catcher import views

app_name = "mail_catcher"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<str:name>/", views.mail, name="mail"),
    path("<str:name>/body", views.body, name="body"),
]
