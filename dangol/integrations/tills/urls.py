"""Where tills are explained, and where they send."""

from django.urls import path

from dangol.integrations.tills import views

app_name = "tills"

urlpatterns = [
    path("sources/<uuid:source_id>/till/", views.show, name="source"),
    path("receipts", views.receive, name="receive"),
]
