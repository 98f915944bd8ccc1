"""Where the messaging room's pages live. The short `/m/` addresses are those in our messages, for everybody."""

from django.urls import path

from dangol.messaging.views import public_opt_out, public_preferences, public_tracks, public_why

app_name = "messaging"

urlpatterns = [
    path("m/o/<str:token>.gif", public_tracks.open_pixel, name="open"),
    path("m/c/<str:token>", public_tracks.follow, name="click"),
    path("m/h/<str:token>", public_tracks.honeypot, name="honeypot"),
    path("m/u/<str:token>", public_opt_out.opt_out, name="opt_out"),
    path("m/u/<str:token>/undo", public_opt_out.undo, name="opt_out_undo"),
    path("m/p/<str:token>", public_preferences.preferences, name="preferences"),
    path("m/p/<str:token>/too-much", public_preferences.too_much, name="too_much"),
    path("m/w/<str:token>", public_why.why, name="why"),
    path("m/w/<str:token>/mute", public_why.mute, name="mute"),
]
