"""Where brokers are set up."""

from django.urls import path

from dangol.integrations.devices import views

app_name = "devices"

urlpatterns = [path("<uuid:source_id>/broker/", views.show, name="source")]
