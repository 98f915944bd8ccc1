"""Where the acts on a relationship live. The page itself is the desk's."""

from django.urls import path

from dangol.relations.views import care

app_name = "relations"

urlpatterns = [
    path("people/<uuid:person_id>/promises/", care.promises, name="promises"),
    path("people/<uuid:person_id>/promises/<uuid:promise_id>/end/", care.promise_end, name="promise_end"),
    path("people/<uuid:person_id>/hurts/", care.hurts, name="hurts"),
    path("people/<uuid:person_id>/hurts/<uuid:hurt_id>/resolution/", care.hurt_resolution, name="hurt_resolution"),
    path("people/<uuid:person_id>/feelings/", care.feelings, name="feelings"),
]
