from tests.fields.conftest import field  # noqa: F401
