"""`python -m dangol create-workspace`: a workspace and the administrator who invites everybody else."""

import argparse
import getpass
import os
import sys

from django.db import IntegrityError, transaction

from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Workspace
from dangol.workspaces.operations import found_workspace, invite, open_account

SHORTEST_PASSWORD = 12


class UnableToCreate(OperationError):
    """The slug or the address is taken, or the password too short."""


def create_workspace(options: argparse.Namespace) -> Workspace:
    """
    Make both in one transaction. The password comes from `DANGOL_PASSWORD` or is asked for.

    :raises UnableToCreate: if the slug is taken or the password too short
    """
    question = f"Choose a password of {SHORTEST_PASSWORD} characters or more / {SHORTEST_PASSWORD}자 이상의 비밀번호: "
    password = os.environ.get("DANGOL_PASSWORD") or getpass.getpass(question)
    if len(password) < SHORTEST_PASSWORD:
        raise UnableToCreate(
            f"The password is too short: use {SHORTEST_PASSWORD} characters or more.\n"
            f"비밀번호가 너무 짧습니다. {SHORTEST_PASSWORD}자 이상으로 정해 주십시오."
        )
    try:
        with transaction.atomic():
            workspace = _make(options, password)
    except IntegrityError as problem:
        raise UnableToCreate(
            f"A workspace {options.slug} or a user {options.email} exists already: choose another name.\n"
            f"작업 공간 {options.slug} 또는 사용자 {options.email} 계정이 이미 있습니다. 다른 이름을 정해 주십시오."
        ) from problem
    sys.stderr.write(f"{options.email} may sign in to {workspace.name}.\n")
    return workspace


def _make(options: argparse.Namespace, password: str) -> Workspace:
    workspace = found_workspace(
        name=options.name,
        slug=options.slug,
        language=options.language,
        time_zone=options.time_zone,
        currency=options.currency,
    )
    name = options.administrator or options.email.partition("@")[0]
    tenancy.enter_workspace(workspace.pk)
    user = open_account(email=options.email, name=name, password=password, language=options.language)
    invite(workspace=workspace, user=user, role=Role.ADMINISTRATOR)
    return workspace
