"""Settings of the processes that browser tests drive: those of the tests, with static files from the sources."""

from tests.settings import *  # noqa: F403 - the same house, served by itself

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
