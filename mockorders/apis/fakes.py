"""Fake data for the generators: random choices, people, addresses and dates."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import count, filterfalse
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from faker import Generator

T = TypeVar("T")

_NO_LETTER = re.compile("[^a-zA-Z.]")

POOL_SIZE = 400
DAY = 86_400  # seconds
DOMAINS = ("example.com", "example.com", "example.org", "example.net")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# City, state, and the first three digits of its ZIP codes.
DOMESTIC_CITIES = (
    ("Albuquerque", "NM", "871"), ("Atlanta", "GA", "303"), ("Austin", "TX", "787"), ("Baltimore", "MD", "212"),
    ("Boise", "ID", "837"), ("Boston", "MA", "021"), ("Brooklyn", "NY", "112"), ("Buffalo", "NY", "142"),
    ("Charlotte", "NC", "282"), ("Chicago", "IL", "606"), ("Cleveland", "OH", "441"), ("Columbus", "OH", "432"),
    ("Dallas", "TX", "752"), ("Denver", "CO", "802"), ("Detroit", "MI", "482"), ("El Paso", "TX", "799"),
    ("Honolulu", "HI", "968"), ("Houston", "TX", "770"), ("Indianapolis", "IN", "462"), ("Kansas City", "MO", "641"),
    ("Las Vegas", "NV", "891"), ("Los Angeles", "CA", "900"), ("Louisville", "KY", "402"), ("Memphis", "TN", "381"),
    ("Miami", "FL", "331"), ("Milwaukee", "WI", "532"), ("Minneapolis", "MN", "554"), ("Nashville", "TN", "372"),
    ("New Orleans", "LA", "701"), ("New York", "NY", "100"), ("Oakland", "CA", "946"), ("Omaha", "NE", "681"),
    ("Philadelphia", "PA", "191"), ("Phoenix", "AZ", "850"), ("Pittsburgh", "PA", "152"), ("Portland", "OR", "972"),
    ("Richmond", "VA", "232"), ("Sacramento", "CA", "958"), ("Salt Lake City", "UT", "841"),
    ("San Antonio", "TX", "782"), ("San Diego", "CA", "921"), ("San Francisco", "CA", "941"), ("Seattle", "WA", "981"),
    ("Tucson", "AZ", "857"),
)  # fmt: skip
# City, region, postal code and country.
FOREIGN_CITIES = (
    ("Toronto", "ON", "M5V 2T6", "CA"), ("Vancouver", "BC", "V6B 1A1", "CA"), ("London", "LND", "SE1 9GF", "GB"),
    ("Manchester", "MAN", "M1 1AE", "GB"), ("Dublin", "D", "D02 X285", "IE"), ("Berlin", "BE", "10115", "DE"),
    ("Paris", "IDF", "75011", "FR"), ("Sydney", "NSW", "2000", "AU"), ("Auckland", "AUK", "1010", "NZ"),
)  # fmt: skip


class Person(NamedTuple):
    """A person. The email address is derived from the name and unique."""

    first: str
    last: str
    email: str

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.first} {self.last}"


class Address(NamedTuple):
    """A postal address, in which city, state and postal code are consistent."""

    street: str
    unit: str
    city: str
    state: str
    zip_code: str
    country: str


class FakeData:
    """A seeded source of random data: the same seed and version of Faker yield the same data in every process.

    The use of `random` does not depend on Faker, so another version of Faker only changes names and streets.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._mailboxes: dict[str, int] = {}
        self.random = Random(seed)
        self._random = self.random.random

    def choice(self, choices: Sequence[T]) -> T:
        """Return a random choice; all are equally likely."""
        return choices[int(self._random() * len(choices))]

    def chance(self, probability: float) -> bool:
        """Return True with a probability from 0 to 1."""
        return self._random() < probability

    def number(self, low: int, high: int) -> int:
        """Return a random integer from `low` to `high`, both included."""
        return low + int(self._random() * (high - low + 1))

    def digits(self, length: int) -> str:
        """Return random digits; `length` is at most 15."""
        return f"{int(self._random() * 10**length):0{length}d}"

    @staticmethod
    def ids(existing: Container[int], first: int, step: int = 1) -> Iterator[int]:
        """Yield unused ids, from `first` in increments of `step`."""
        return filterfalse(existing.__contains__, count(first, step))

    def person(self) -> Person:
        """Return a random person."""
        first = self.choice(self._first_names)
        last = self.choice(self._last_names)
        mailbox = self._mailbox(_NO_LETTER.sub("", f"{first}.{last}").lower())
        return Person(first, last, f"{mailbox}@{self.choice(DOMAINS)}")

    def address(self, foreign: float = 0.0) -> Address:
        """Return a random address; `foreign` is the probability of one outside the US."""
        street = f"{self.number(1, 9899)} {self.choice(self._streets)}"
        unit = f"Apt. {self.number(1, 480)}" if self.chance(0.2) else ""
        if self.chance(foreign):
            return Address(street, unit, *self.choice(FOREIGN_CITIES))
        city, state, prefix = self.choice(DOMESTIC_CITIES)
        return Address(street, unit, city, state, f"{prefix}{self.number(1, 60):02d}", "US")

    def reserve_emails(self, emails: Iterable[str]) -> None:
        """Exclude email addresses that are already in use."""
        for email in emails:
            self._mailboxes.setdefault(email.partition("@")[0].lower(), 1)

    def _mailbox(self, name: str) -> str:
        if name not in self._mailboxes:
            self._mailboxes[name] = 1
            return name
        self._mailboxes[name] += 1
        return self._mailbox(f"{name}{self._mailboxes[name]}")

    @cached_property
    def _first_names(self) -> list[str]:
        return _unique(self._faker.format("first_name") for _ in range(POOL_SIZE))

    @cached_property
    def _last_names(self) -> list[str]:
        return _unique(self._faker.format("last_name") for _ in range(POOL_SIZE))

    @cached_property
    def _streets(self) -> list[str]:
        return _unique(self._faker.format("street_name") for _ in range(POOL_SIZE))

    @cached_property
    def _faker(self) -> "Generator":
        from faker.factory import Factory

        providers = ["faker.providers.person", "faker.providers.address"]
        faker = Factory.create("en_US", providers=providers, use_weighting=False)
        faker.seed_instance(self._seed)
        return faker


class DateWindow:
    """A range of days. Dates and times are formatted from their offset to its start, in days or seconds.

    `end` is the offset of its last second.
    """

    def __init__(self, first: date, last: date) -> None:
        days = [first + timedelta(number) for number in range((last - first).days + 1)]
        self._days = [day.isoformat() for day in days]
        self._long_days = [f"{MONTHS[day.month - 1]} {day.day}, {day.year}" for day in days]
        self._minutes = [f"T{minute // 60:02d}:{minute % 60:02d}:" for minute in range(24 * 60)]
        self._seconds = [f"{second:02d}Z" for second in range(60)]
        self.end = len(days) * DAY - 1

    def day(self, offset: int) -> str:
        """Return a day in the format `2012-01-05`."""
        return self._days[offset]

    def long_day(self, offset: int) -> str:
        """Return a day in the format `January 5, 2012`."""
        return self._long_days[offset]

    def moment(self, seconds: int) -> str:
        """Return a time in the format `2012-01-05T08:30:00Z`."""
        day, second = divmod(seconds, DAY)
        return self._days[day] + self._minutes[second // 60] + self._seconds[second % 60]


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
