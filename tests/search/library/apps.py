from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "tests.search.library"
    label = "library"
