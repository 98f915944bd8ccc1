"""Pages about people, below /people/. The page of one person belongs to the desk."""

from django.urls import path

from dangol.customers.views import consents, imports, people

app_name = "customers"

urlpatterns = [
    path("", people.list_people, name="people"),
    path("new/", people.new, name="new_person"),
    path("<uuid:person_id>/edit/", people.edit, name="edit_person"),
    path("<uuid:person_id>/consents/", consents.give, name="consents"),
    path("<uuid:person_id>/withdrawals/", consents.withdraw, name="withdrawals"),
    path("import/", imports.upload, name="import_upload"),
    path("import/<uuid:import_id>/", imports.show, name="import"),
    path("import/<uuid:import_id>/check/", imports.check, name="import_check"),
    path("import/<uuid:import_id>/run/", imports.start, name="import_run"),
    path("import/<uuid:import_id>/problems.csv", imports.problems, name="import_problems"),
]
