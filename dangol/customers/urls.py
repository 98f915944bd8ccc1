"""Pages about people and companies. The lists and the page of one person or company belong to the desk."""

from django.urls import include, path

from dangol.customers.views import (
    companies,
    consents,
    duplicates,
    households,
    import_steering,
    imports,
    merging,
    people,
    relations,
    trust,
    ways,
)

app_name = "customers"

PEOPLE = [
    path("new/", people.new, name="new_person"),
    path("<uuid:person_id>/edit/", people.edit, name="edit_person"),
    path("<uuid:person_id>/consents/", consents.give, name="consents"),
    path("<uuid:person_id>/withdrawals/", consents.withdraw, name="withdrawals"),
    path("import/", imports.upload, name="import_upload"),
    path("import/<uuid:import_id>/", imports.show, name="import"),
    path("import/<uuid:import_id>/check/", imports.check, name="import_check"),
    path("import/<uuid:import_id>/columns/", imports.columns, name="import_columns"),
    path("import/<uuid:import_id>/reading/", imports.read_again, name="import_reading"),
    path("import/<uuid:import_id>/mappings/<uuid:mapping_id>/", imports.take_mapping, name="import_mapping"),
    path("import/<uuid:import_id>/run/", import_steering.start, name="import_run"),
    path("import/<uuid:import_id>/pause/", import_steering.pause, name="import_pause"),
    path("import/<uuid:import_id>/resume/", import_steering.resume, name="import_resume"),
    path("import/<uuid:import_id>/cancel/", import_steering.cancel, name="import_cancel"),
    path("import/<uuid:import_id>/undo/", import_steering.undo, name="import_undo"),
    path("import/<uuid:import_id>/problems.csv", imports.problems, name="import_problems"),
]

COMPANIES = [
    path("new/", companies.new, name="new_company"),
    path("<uuid:company_id>/edit/", companies.edit, name="edit_company"),
]

RELATIONS = [
    path("new/", relations.new, name="new_relation"),
    path("<uuid:relation_id>/end/", relations.end, name="end_relation"),
    path("<uuid:relation_id>/delete/", relations.remove, name="delete_relation"),
]

HOUSEHOLDS = [
    path("new/<uuid:person_id>/", households.new, name="new_household"),
    path("<uuid:household_id>/", households.show, name="household"),
    path("<uuid:household_id>/edit/", households.edit, name="edit_household"),
    path("<uuid:household_id>/dissolve/", households.dissolve, name="dissolve_household"),
]

DUPLICATES = [
    path("of/<str:kind>/<uuid:subject_id>/", duplicates.hint, name="duplicates_of"),
    path("<str:kind>/", duplicates.queue, name="duplicates"),
    path("<str:kind>/scans/", duplicates.scan, name="duplicate_scans"),
    path("<str:kind>/<uuid:pair_id>/", duplicates.show, name="duplicate"),
    path("<str:kind>/<uuid:pair_id>/merge/", duplicates.merge, name="duplicate_merge"),
    path("<str:kind>/<uuid:pair_id>/apart/", duplicates.apart, name="duplicate_apart"),
]

MERGES = [
    path("", duplicates.merges, name="merges"),
    path("<str:kind>/<uuid:one_id>/", merging.choose, name="merge_with"),
    path("<str:kind>/<uuid:one_id>/<uuid:other_id>/", merging.two, name="merge_two"),
    path("<uuid:merge_id>/undo/", duplicates.undo, name="undo_merge"),
]

WAYS = [
    path("", ways.add, name="add_way"),
    path("remove/", ways.remove, name="remove_way"),
    path("main/", ways.main, name="make_main"),
]

urlpatterns = [
    path("", include("dangol.customers.rights_urls")),
    path("ways/<str:kind>/<uuid:subject_id>/", include(WAYS)),
    path("settings/trust/", trust.trust, name="trust"),
    path("provenance/<str:kind>/<uuid:subject_id>/<str:field>/", trust.choose, name="choose_value"),
    path("duplicates/", include(DUPLICATES)),
    path("merges/", include(MERGES)),
    path("relations/<str:kind>/<uuid:subject_id>/", include(RELATIONS)),
    path("households/", include(HOUSEHOLDS)),
    path("people/", include(PEOPLE)),
    path("companies/", include(COMPANIES)),
]
