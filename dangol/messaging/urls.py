"""Where the messaging room's pages live. The short `/m/` addresses are those in our messages, for everybody."""

from django.urls import path, re_path

from dangol.messaging.views import (
    outbox,
    proof,
    public_confirm,
    public_opt_out,
    public_preferences,
    public_tracks,
    public_why,
    settings,
    templates,
)

app_name = "messaging"

urlpatterns = [
    path("m/o/<str:token>.gif", public_tracks.open_pixel, name="open"),
    path("m/c/<str:token>", public_tracks.follow, name="click"),
    path("m/h/<str:token>", public_tracks.honeypot, name="honeypot"),
    path("m/u/<str:token>", public_opt_out.opt_out, name="opt_out"),
    path("m/u/<str:token>/undo", public_opt_out.undo, name="opt_out_undo"),
    path("m/p/<str:token>", public_preferences.preferences, name="preferences"),
    path("m/p/<str:token>/too-much", public_preferences.too_much, name="too_much"),
    path("m/p/<str:token>/my-data", public_confirm.my_data, name="my_data"),
    path("m/y/<str:token>", public_confirm.confirm, name="confirm"),
    path("m/w/<str:token>", public_why.why, name="why"),
    path("m/w/<str:token>/mute", public_why.mute, name="mute"),
    path("people/<uuid:person_id>/consents/proof/", proof.show, name="consent_proof"),
    re_path(
        "^people/(?P<person_id>[0-9a-f-]{36})/consents/proof-(?P<language>ko|en)[.]pdf$",
        proof.pdf,
        name="consent_proof_pdf",
    ),
    path("templates/", templates.show_list, name="templates"),
    path("templates/new/", templates.new, name="template_new"),
    path("templates/preview/", templates.preview, name="template_preview"),
    path("templates/<uuid:template_id>/", templates.edit, name="template_edit"),
    path("messages/", outbox.show_list, name="messages"),
    path("messages/<uuid:message_id>/<slug:act>/", outbox.settle, name="settle"),
    path("settings/sender/", settings.sender, name="sender"),
    path("settings/sender/test/", settings.send_test, name="sender_test"),
    path("settings/contact-rules/", settings.contact_rules, name="contact_rules"),
]
