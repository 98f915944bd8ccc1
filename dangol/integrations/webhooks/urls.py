"""Where webhooks are set up, and where they arrive."""

from django.urls import path

from dangol.integrations.webhooks import views

app_name = "webhooks"

urlpatterns = [
    path("sources/<uuid:source_id>/webhook/", views.show, name="source"),
    path("hooks/<str:address>", views.receive, name="receive"),
]
