"""The staff shell: home, search, settings, and the member's own choices."""

from django.urls import path

from dangol.desk.views import choices, home, members, profile, search, workspace

urlpatterns = [
    path("", home.show, name="home"),
    path("search/", search.find, name="search"),
    path("language/", choices.choose_language, name="language"),
    path("theme/", choices.choose_theme, name="theme"),
    path("profile/", profile.show, name="profile"),
    path("profile/password/", profile.change_password, name="profile_password"),
    path("settings/", workspace.show, name="settings"),
    path("settings/members/", members.show, name="members"),
    path("settings/members/invitation/", members.invite, name="invitation"),
    path("settings/members/<uuid:member_id>/password/", members.password, name="member_password"),
]
