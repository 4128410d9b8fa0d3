"""What SQL takes for an office's address, Python takes for one, too."""

import re

from pipelines.identity.mail import is_personal_email
from tests.dbt.project import DBT


def test_no_address_of_an_office_is_a_persons_in_python():
    text = (DBT / "macros" / "people.sql").read_text(encoding="utf-8")
    macro = text[text.index("macro is_role_address") :]
    offices = re.findall(r"'([a-z]{2,})'", macro)
    assert len(offices) > 30
    personal = [name for name in offices if is_personal_email(f"{name}@corp.jp")]
    assert personal == []
