"""What every other test stands on."""


def test_a_new_register_is_sound(register):
    """Founded and empty: nothing to complain about."""
    register.is_sound(records=0, quarantined=0)


def test_two(register):
    register.is_sound(records=0, quarantined=0)
