"""The staff shell: home, search, settings, and the member's own choices."""

from django.urls import path, register_converter

from dangol.desk.enums import Listed
from dangol.desk.views import (
    approvals,
    audit,
    backups,
    bounds,
    bulk,
    cells,
    choices,
    elevations,
    event_exports,
    home,
    jobs,
    list_page,
    members,
    notices,
    profile,
    providers,
    reveal,
    roles,
    saved_views,
    search,
    shares,
    sign_in,
    teams,
    usage,
    workspace,
)


class ListedConverter:
    """`people` or `companies` in an address."""

    regex = "|".join(Listed.values)

    def to_python(self, value: str) -> Listed:
        return Listed(value)

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(ListedConverter, "listed")

urlpatterns = [
    path("", home.show, name="home"),
    path("search/", search.find, name="search"),
    path("people/", list_page.people, name="people"),
    path("companies/", list_page.companies, name="companies"),
    path("people/cells/<uuid:row_id>/<str:key>/", cells.person_cell, name="person_cell"),
    path("companies/cells/<uuid:row_id>/<str:key>/", cells.company_cell, name="company_cell"),
    path("lists/<listed:listed>/count/", list_page.count, name="list_count"),
    path("lists/<listed:listed>/groups/", list_page.groups, name="list_groups"),
    path("lists/<listed:listed>/export.csv", list_page.export, name="export"),
    path("lists/<listed:listed>/changes/", bulk.change, name="bulk"),
    path("lists/<listed:listed>/changes/inputs/", bulk.inputs, name="bulk_inputs"),
    path("lists/changes/<uuid:change_id>/", bulk.progress, name="bulk_progress"),
    path("lists/changes/<uuid:change_id>/undo/", bulk.undo, name="bulk_undo"),
    path("lists/<listed:listed>/views/new/", saved_views.create, name="new_view"),
    path("lists/<listed:listed>/views/<uuid:view_id>/", saved_views.edit, name="edit_view"),
    path("lists/<listed:listed>/views/<uuid:view_id>/delete/", saved_views.delete, name="delete_view"),
    path("lists/<listed:listed>/rows/<uuid:row_id>/<str:way>/", list_page.neighbour, name="neighbour"),
    path("events/exports/", event_exports.show, name="event_exports"),
    path("events/exports/<uuid:export_id>/", event_exports.fetch, name="event_export"),
    path("language/", choices.choose_language, name="language"),
    path("theme/", choices.choose_theme, name="theme"),
    path("profile/", profile.show, name="profile"),
    path("profile/password/", profile.change_password, name="profile_password"),
    path("profile/sign-in/", sign_in.show, name="own_sign_in"),
    path("profile/sign-in/sessions/end/", sign_in.end_sessions, name="end_sessions"),
    path("profile/sign-in/accounts/<uuid:account_id>/unlink/", sign_in.unlink, name="unlink_account"),
    path("approvals/", approvals.show, name="approvals"),
    path("approvals/back/", approvals.back, name="end_absence"),
    path("approvals/<uuid:approval_id>/", approvals.detail, name="approval"),
    path("approvals/<uuid:approval_id>/answer/", approvals.answer, name="answer_approval"),
    path("settings/approvals/", approvals.rules, name="approval_rules"),
    path("settings/approvals/new/", approvals.new_rule, name="new_approval_rule"),
    path("settings/approvals/<uuid:rule_id>/", approvals.edit_rule, name="approval_rule"),
    path("settings/approvals/<uuid:rule_id>/delete/", approvals.delete_rule, name="delete_approval_rule"),
    path("settings/", workspace.show, name="settings"),
    path("settings/sign-in/", sign_in.rules, name="sign_in_rules"),
    path("settings/sign-in/providers/new/", providers.add, name="new_provider"),
    path("settings/sign-in/providers/<uuid:provider_id>/", providers.edit, name="provider"),
    path("settings/sign-in/providers/<uuid:provider_id>/remove/", providers.remove, name="remove_provider"),
    path("settings/jobs/", jobs.show, name="jobs"),
    path("settings/jobs/<int:job_id>/retry/", jobs.retry, name="retry_job"),
    path("settings/jobs/<int:job_id>/drop/", jobs.forget, name="drop_job"),
    path("settings/usage/", usage.show, name="usage"),
    path("settings/audit/", audit.show, name="audit"),
    path("settings/audit/export.csv", audit.export, name="audit_export"),
    path("settings/backups/", backups.show, name="backups"),
    path("settings/backups/take/", backups.begin, {"act": "take"}, name="backup_take"),
    path("settings/backups/drill/", backups.begin, {"act": "drill"}, name="backup_drill"),
    path("profile/notices/", notices.own, name="own_notices"),
    path("profile/rights/", elevations.own, name="own_elevations"),
    path("people/<uuid:person_id>/reveal/<str:name>/", reveal.reveal, name="reveal"),
    path("shares/<str:kind>/<uuid:row_id>/", shares.show, name="shares"),
    path("shares/<str:kind>/<uuid:row_id>/<uuid:share_id>/end/", shares.end, name="end_share"),
    path("settings/elevations/", elevations.show, name="elevations"),
    path("settings/elevations/<uuid:elevation_id>/", elevations.answer, name="answer_elevation"),
    path("settings/elevations/<uuid:elevation_id>/end/", elevations.end, name="end_elevation"),
    path("settings/roles/", roles.show, name="roles"),
    path("settings/roles/new/", roles.new, name="new_role"),
    path("settings/roles/<uuid:role_id>/", roles.edit, name="role"),
    path("settings/roles/<uuid:role_id>/people/", bounds.of_role, name="role_bounds"),
    path("settings/teams/", teams.show, name="teams"),
    path("settings/teams/new/", teams.team, name="new_team"),
    path("settings/teams/<uuid:team_id>/", teams.team, name="team"),
    path("settings/branches/new/", teams.branch, name="new_branch"),
    path("settings/branches/<uuid:branch_id>/", teams.branch, name="branch"),
    path("settings/members/", members.show, name="members"),
    path("settings/members/invitation/", members.invite, name="invitation"),
    path("settings/members/<uuid:member_id>/", members.place, name="member_place"),
    path("settings/members/<uuid:member_id>/people/", bounds.of_member, name="member_bounds"),
    path("settings/members/<uuid:member_id>/sight/", members.sight, name="member_sight"),
    path("settings/members/<uuid:member_id>/password/", members.password, name="member_password"),
    path("settings/members/<uuid:member_id>/sessions/end/", members.end_sessions, name="end_member_sessions"),
    path("settings/members/<uuid:member_id>/end/", members.end, name="end_member"),
    path("settings/members/<uuid:member_id>/resume/", members.resume, name="resume_member"),
]
