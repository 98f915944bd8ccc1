"""Pages about consent settings and about the rights of people."""

from django.urls import path

from dangol.customers.views import consent_settings, rights, sealed_fields

urlpatterns = [
    path("people/<uuid:person_id>/rights/", rights.show, name="rights"),
    path("people/<uuid:person_id>/rights/requests/", rights.take, name="rights_requests_of"),
    path("people/<uuid:person_id>/guardian/", rights.keep_guardian, name="guardian"),
    path("people/<uuid:person_id>/guardian/withdrawal/", rights.withdraw_guardian, name="guardian_withdrawal"),
    path("people/<uuid:person_id>/restriction/", rights.stop, name="restriction"),
    path("people/<uuid:person_id>/resumption/", rights.resume, name="resumption"),
    path("people/<uuid:person_id>/sealed/", sealed_fields.show, name="sealed"),
    path("people/<uuid:person_id>/sealed/<uuid:sealed_id>/", sealed_fields.keep, name="sealed_value"),
    path("people/<uuid:person_id>/sealed/<uuid:sealed_id>/reveal/", sealed_fields.reveal, name="sealed_reveal"),
    path("people/sealed/", sealed_fields.find, name="sealed_search"),
    path("settings/sealed/", sealed_fields.show_list, name="sealed_fields"),
    path("settings/sealed/<uuid:sealed_id>/deletion/", sealed_fields.delete, name="sealed_field_deletion"),
    path("settings/rights/", rights.show_list, name="rights_requests"),
    path("settings/rights/<uuid:request_id>/", rights.report, name="rights_report"),
    path("settings/rights/<uuid:request_id>/handling/", rights.save_handling, name="rights_handling"),
    path("settings/rights/<uuid:request_id>/extension/", rights.take_longer, name="rights_extension"),
    path("settings/rights/<uuid:request_id>/work/", rights.begin, name="rights_begin"),
    path("settings/rights/<uuid:request_id>/refusal/", rights.decline, name="rights_decline"),
    path("settings/rights/<uuid:request_id>/data.zip", rights.fetch, name="rights_copy"),
    path("settings/consent/", consent_settings.show, name="consent_settings"),
    path("settings/consent/rules/", consent_settings.save_rules, name="consent_rules"),
    path("settings/consent/wordings/", consent_settings.write, name="wordings"),
]
