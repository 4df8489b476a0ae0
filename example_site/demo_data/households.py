"""The people and businesses of Anyborough. Nobody here exists, nor does any postcode area AY."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from .chance import chance


_TITLES = {
    "Mr": (
        "Adam Ahmed Aled Andrew Ben Callum Chidi Daniel David Dylan Edward Gareth George Harry "
        "Hassan Ian Imran Jack James John Joseph Kevin Lewis Liam Marcus Mark Michael Mohammed "
        "Nikhil Oliver Owen Patrick Paul Peter Piotr Rhys Robert Ryan Samuel Simon Stephen Thomas "
        "Tomasz Wei William"
    ).split(),
    "Ms": (
        "Agnieszka Aisha Alice Amelia Amy Angharad Anita Anna Bethan Carol Catherine Charlotte "
        "Chloe Deborah Elin Elizabeth Emily Emma Fatima Grace Hannah Helen Isla Jacqueline Jane "
        "Jasmine Joan Julie Karen Kelly Laura Linda Lucy Margaret Mary Megan Mei Ngozi Olivia "
        "Patricia Priya Rachel Rebecca Sarah Shabnam Sian Sophie Susan Tracey Victoria Zofia"
    ).split(),
}
_SURNAMES = (
    "Adams Adeyemi Ahmed Ali Allen Anderson Bailey Baker Barnes Begum Bell Bennett Brown Butler "
    "Campbell Carter Chan Clark Clarke Collins Cook Cooper Cox Davies Davis Dixon Edwards Ellis "
    "Evans Fisher Foster Fox Gibson Graham Gray Green Griffiths Hall Harris Harrison Harvey Hill "
    "Holmes Howells Hughes Hunt Hussain Jackson James Jenkins Johnson Jones Kaur Kelly Khan King "
    "Knight Kowalski Lewis Lloyd Mahmood Marshall Martin Mason Mathews Miller Mills Mitchell "
    "Moore Morgan Morris Murphy Murray Nowak O’Brien Okafor Owen Palmer Parker Patel Pearson "
    "Phillips Powell Price Reynolds Richards Richardson Roberts Robinson Rogers Russell Scott "
    "Shah Shaw Simpson Singh Smith Stevens Stewart Taylor Thomas Thompson Turner Walker Walsh Ward "
    "Watson Webb White Wilkinson Williams Wilson Wong Wood Wright Young"
).split()
_STREETS = (
    "Abbey Road,Alder Close,Almond Grove,Bakery Lane,Barn Lane,Beacon Hill,Beech Avenue,"
    "Bridge Street,Canal Street,Castle Road,Chapel Row,Church Lane,Cobbler’s Yard,Coronation Road,"
    "Cross Street,Dovecote Lane,Elm Drive,Ferry Road,Foundry Street,Gas Works Lane,George Street,"
    "Glebe Close,Granary Court,Hawthorn Road,Heron Way,High Street,Jubilee Terrace,Kiln Road,"
    "Larch Crescent,Lime Tree Avenue,Lock Lane,Market Street,Meadow View,Mill Lane,Mount Pleasant,"
    "Nelson Street,Orchard Road,Park Road,Priory Gardens,Quarry Road,Railway Terrace,River Street,"
    "Rowan Close,School Lane,Spinney Close,Station Road,Tannery Row,Union Street,Victoria Street,"
    "Weaver’s Row,Well Lane,Willow Drive,Wharf Road,Windmill Hill,York Street"
).split(",")
_PLACES = (
    ("Anyborough", "AY1", 6),
    ("Upper Anyborough", "AY2", 3),
    ("Nether Marsh", "AY3", 2),
    ("Little Wherry", "AY4", 1),
    ("Saltmoor", "AY5", 1),
)
_TRADES = (
    "Bakery,Barbers,Books,Builders,Café,Carpets,Cycles,Dental Practice,Electrical,Fish Bar,"
    "Florists,Garage,Hardware,Joinery,Launderette,Motors,Opticians,Pharmacy,Plumbing,Print,"
    "Tandoori,Veterinary Surgery"
).split(",")


@dataclass(frozen=True, slots=True)
class Household:
    """Somebody with an address, or a business, which has a surname only."""

    title: str
    forename: str
    surname: str
    address: str
    place: str
    postcode: str

    @property
    def name(self) -> str:
        return f"{self.forename} {self.surname}".strip()


def residents() -> Iterator[Household]:
    """Return people of Anyborough, the same ones in the same order, without end."""
    luck = chance("residents")
    while True:
        title = luck.choice(tuple(_TITLES))
        forename = luck.choice(_TITLES[title])
        title = luck.choices((title, "Mrs" if title == "Ms" else "Mr", "Dr"), (70, 27, 3))[0]
        yield Household(title, forename, luck.choice(_SURNAMES), *_address(luck))


def businesses() -> Iterator[Household]:
    """Return businesses of Anyborough, the same ones in the same order, without end."""
    luck = chance("businesses")
    while True:
        name = f"{luck.choice(_SURNAMES)} {luck.choice(_TRADES)}"
        yield Household("", "", name + luck.choice((" Ltd", "", "")), *_address(luck))


def _address(luck: Random) -> tuple[str, str, str]:
    place, district, _ = luck.choices(_PLACES, [weight for *_, weight in _PLACES])[0]
    inward = f"{luck.randint(1, 9)}{luck.choice('ABDEFGHJ')}{luck.choice('LNPQRSTUWXYZ')}"
    return f"{luck.randint(1, 120)} {luck.choice(_STREETS)}", place, f"{district} {inward}"
