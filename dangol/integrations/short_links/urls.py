"""Where short links are made, and where they lead from."""

from django.urls import path

from dangol.integrations.short_links import views

app_name = "short_links"

urlpatterns = [
    path("sources/<uuid:source_id>/links/", views.source, name="source"),
    path("sources/links/<uuid:link_id>/", views.show, name="link"),
    path("sources/links/<uuid:link_id>/qr.<str:kind>", views.picture, name="picture"),
    path("q/<slug:code>", views.follow, name="follow"),
]
