"""The page of all components."""

from django.urls import path

from dangol.ui.views import components

app_name = "ui"
urlpatterns = [path("", components.show, name="components")]
