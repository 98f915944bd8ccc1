"""Pages of the privacy officer."""

from django.urls import path, re_path

from dangol.privacy.views import breaches, decisions, inventory, retention

app_name = "privacy"
LANGUAGE = "-(?P<language>ko|en)[.]html$"

urlpatterns = [
    path("settings/privacy/", inventory.show, name="inventory"),
    path("settings/privacy/inventory.csv", inventory.as_csv, name="inventory_csv"),
    path("settings/privacy/inventory.json", inventory.as_json, name="inventory_json"),
    re_path(f"^settings/privacy/records{LANGUAGE}", inventory.records, name="records"),
    re_path(f"^settings/privacy/assessment{LANGUAGE}", inventory.assessment, name="assessment"),
    path("settings/privacy/retention/", retention.show, name="retention"),
    path("settings/privacy/retention/period/", retention.choose, name="period"),
    path("settings/privacy/breaches/", breaches.show_list, name="breaches"),
    path("settings/privacy/breaches/new/", breaches.new, name="new_breach"),
    path("settings/privacy/breaches/<uuid:breach_id>/", breaches.show, name="breach"),
    path("settings/privacy/breaches/<uuid:breach_id>/edit/", breaches.edit, name="edit_breach"),
    path("settings/privacy/breaches/<uuid:breach_id>/steps/", breaches.add_step, name="breach_steps"),
    re_path(
        f"^settings/privacy/breaches/(?P<breach_id>[0-9a-f-]{{36}})/record{LANGUAGE}",
        breaches.hand_over,
        name="breach_document",
    ),
    path("people/<uuid:person_id>/decisions/", decisions.show, name="decisions"),
    re_path(
        f"^people/(?P<person_id>[0-9a-f-]{{36}})/decisions/explained{LANGUAGE}",
        decisions.hand_over,
        name="decisions_document",
    ),
]
