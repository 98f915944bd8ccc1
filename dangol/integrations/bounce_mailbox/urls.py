"""Where the settings of the mailbox live."""

from django.urls import path

from dangol.integrations.bounce_mailbox import views

app_name = "bounce_mailbox"

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("try/", views.try_it, name="try"),
]
