"""The staff shell: sign-in, home, navigation, search, the person page, settings."""
