"""The one table of settings: name, default, help.

Every setting is an environment variable `TOWNCLERK_<NAME>`, or a line of
`townclerk.env` in the state directory. The environment is read once, by `load()`;
everything else receives the `Settings` value.
"""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from townclerk.errors import BadInput
from townclerk.text.languages import LANGUAGES

ProcessName = Literal["gateway", "index", "crawler", "assistant", "actions", "simulator", "demo_sites"]

CHECKOUT = Path(__file__).resolve().parent.parent
"""The checkout: where `data/`, `bot/assistant/` and the default `var/` are."""


def _enough_for_rasa(megabytes: int) -> int:
    if megabytes and megabytes < 1000:
        raise ValueError("Rasa alone takes 600 MB; give it 1000 or more, or 0 for no limit")
    return megabytes


def _loopback_unless_guarded(address: str, info: ValidationInfo) -> str:
    if not ip_address(address).is_loopback and not info.data["service_token"].get_secret_value():
        raise ValueError(
            "other hosts can reach this address, so set TOWNCLERK_SERVICE_TOKEN (`openssl rand -hex 32` makes one), the same on each host"
        )
    return address


def _known_languages(listed: str) -> str:
    tags = [tag.strip() for tag in listed.split(",") if tag.strip()]
    if not tags or not set(tags) <= set(LANGUAGES):
        raise ValueError(f"list one or more of {', '.join(LANGUAGES)}")
    return ",".join(tags)


def _not_all_day(hours: str) -> str:
    if len({int(hour) % 24 for hour in hours.split("-")}) == 1 and {int(hour) for hour in hours.split("-")} != {0}:
        raise ValueError("give two different hours of the day, such as 21-8, or 0-0 for none; alerts need some hours")
    return hours


class Settings(BaseSettings):
    """Everything an operator can set. Values are checked; a wrong one stops the start."""

    model_config = SettingsConfigDict(env_prefix="TOWNCLERK_", extra="ignore", frozen=True)

    # Where things are
    home: Path = Field(CHECKOUT / "var", description="State directory: everything written lives under it.")
    database_url: str = Field("", description="SQLAlchemy URL. Empty: `townclerk.db` (SQLite) in the state directory.")
    cities: Path = Field(CHECKOUT / "data" / "cities", description="Folder of reviewed cities, as TOML files.")
    host: str = Field("127.0.0.1", description="Address the gateway listens on.")
    gateway_port: int = Field(8080, ge=1, le=65535, description="Gateway: the only public door.")
    index_port: int = Field(8081, ge=1, le=65535, description="Search service.")
    crawler_port: int = Field(8082, ge=1, le=65535, description="Crawl service.")
    assistant_port: int = Field(5005, ge=1, le=65535, description="Rasa.")
    actions_port: int = Field(5055, ge=1, le=65535, description="Rasa action server.")
    simulator_port: int = Field(8090, ge=1, le=65535, description="Phone carrier simulator (demo only).")
    demo_sites_port: int = Field(8091, ge=1, le=65535, description="Demo cities' websites (demo only).")
    public_url: str = Field(
        "",
        description="Address residents and Twilio use, e.g. https://ask.example.gov. Signatures are checked against it. Empty: http://HOST:GATEWAY_PORT.",
    )
    service_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token that index, crawler and action server ask of their callers. Empty: none, which is right on loopback only.",
    )
    bind: Annotated[str, AfterValidator(_loopback_unless_guarded)] = Field(
        "127.0.0.1",
        description="IP address that index, crawler and action server listen on. Another than loopback needs the service token.",
    )
    index_url: str = Field("", description="Where the search service is, when on another host. Empty: here.")
    crawler_url: str = Field("", description="Where the crawl service is, when on another host. Empty: here.")
    actions_url: str = Field("", description="Where the action server is, when on another host. Empty: here.")
    assistant_url: str = Field(
        "", description="Where Rasa is, when on another host. Empty: here. Rasa itself listens on loopback only."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Log level of all processes.")

    # Crawling
    user_agent: str = Field(
        "TownclerkBot/0.1 (+https://townclerk.example/bot)",
        description="User-Agent the crawler sends. Put a page about your crawler behind the address.",
    )
    crawl_delay: float = Field(
        0.5, ge=0, description="Seconds between two requests to one public host when robots.txt sets none."
    )
    crawl_delay_cap: float = Field(20, ge=0, description="Longest crawl-delay of a robots.txt to honor, in seconds.")
    crawl_connections: int = Field(8, ge=1, le=64, description="Requests under way at once in one crawl.")
    crawl_timeout: float = Field(20, gt=0, description="Seconds for one request, body included.")
    crawl_page_bytes: int = Field(
        5_000_000, gt=0, description="Largest HTML page, CSV or text file, bytes after decompression."
    )
    crawl_file_bytes: int = Field(25_000_000, gt=0, description="Largest PDF, Word or Excel file, bytes.")
    crawl_private_hosts: str = Field(
        "", description="Comma list of host:port that may be crawled although their address is private."
    )
    parse_processes: int = Field(2, ge=1, le=32, description="Processes that parse pages.")

    # Search
    model: str = Field(
        "bundled",
        description="sentence-transformers model: `bundled` for multilingual-e5-small where that is installed (Linux on x86), otherwise all-MiniLM-L6-v2, which is quicker and English only; either name, a folder, or a name on huggingface.co that `townclerk model fetch` has fetched. Another model needs the index anew.",
    )
    query_prompt: str | None = Field(
        None, description="What the model wants in front of a question. Unset: what it was trained with."
    )
    passage_prompt: str | None = Field(
        None, description="What the model wants in front of a passage. Unset: what it was trained with."
    )
    index_follow_seconds: float = Field(1.0, gt=0, description="How often the index looks for changed pages and FAQs.")
    snapshots_kept: int = Field(3, ge=2, description="Index snapshots kept for rolling back.")
    embeddings_kept_mb: int = Field(
        2000,
        ge=0,
        description="Size in MB of the vectors kept so that a text is never embedded twice (0.8 kB a text, about 4 kB a passage); 0 keeps none.",
    )
    encoder_threads: int = Field(0, ge=0, description="Threads of the encoder; 0 lets it choose.")
    vector_precision: Literal["fp32", "fp16"] = Field(
        "fp16",
        description="Number format of the vectors that are searched; what is found is compared in fp32 either way. fp16 takes half the memory and two thirds of the time, at a recall above .999.",
    )
    vector_device: Literal["auto", "cpu", "gpu"] = Field(
        "auto",
        description="Where vectors are searched and many passages embedded: auto takes a GPU where FAISS (`make setup GPU=1`) or torch can use one. Whatever fails there is done by the CPU.",
    )

    # Conversation
    languages: Annotated[str, AfterValidator(_known_languages)] = Field(
        ",".join(LANGUAGES),
        description="Comma list of the languages in which residents are answered, as BCP 47 tags; the first is spoken until another one is recognized.",
    )
    search_timeout: float = Field(4.0, gt=0, description="Seconds an action waits for the search service.")
    assistant_timeout: float = Field(
        6.0, gt=0, description="Seconds the gateway waits for Rasa before it answers from search itself."
    )
    assistant_memory_mb: Annotated[int, AfterValidator(_enough_for_rasa)] = Field(
        2000,
        description="Memory in MB from which Rasa is started anew, should it ever grow; answers come without it for the 20 s that takes. 0: never.",
    )
    session_days: int = Field(30, ge=1, description="Days a web chat session is valid.")
    widget_origins: str = Field(
        "", description="Comma list of origins whose pages may embed the widget, e.g. https://www.example.gov."
    )
    rate_limit_storage: str = Field(
        "memory://",
        description="Where the following limits are counted: `memory://`, or `redis://HOST:PORT` for several gateways together (package `redis`).",
    )
    limit_session: str = Field("60/minute", description="Messages of one web session.")
    limit_network: str = Field(
        "600/minute", description="Web requests of one network: the /24 (IPv4) or /56 (IPv6) of the caller."
    )
    limit_everybody: str = Field("6000/minute", description="Web requests of all callers together.")
    limit_phone: str = Field("120/hour", description="Text messages of one phone that are answered.")
    trusted_proxies: str = Field(
        "", description="Comma list of addresses of your TLS proxies, whose X-Forwarded-For is believed."
    )

    # Staff
    staff_second_factor: Literal["optional", "admins", "all"] = Field(
        "optional", description="Who of the staff must have a second factor: `optional` for nobody, `admins`, or `all`."
    )

    # Records
    keep_conversations_days: int = Field(
        30,
        ge=0,
        description="Days that transcripts and the state of talks are kept; 0: for ever. Legal holds go first.",
    )
    keep_numbers_days: int = Field(
        3,
        ge=0,
        description="Days that an answered text message is kept unmasked and with its phone number; 0: as long as the transcript.",
    )
    keep_questions_days: int = Field(
        400,
        ge=0,
        description="Days that questions are kept for staff, masked and without a name; 0: for ever. Votes stay.",
    )

    # SMS
    twilio_account_sid: str = Field("", description="Twilio account. Empty: SMS is off (the demo sets its own).")
    twilio_auth_tokens: SecretStr = Field(
        SecretStr(""), description="Comma list of auth tokens that sign webhooks, newest first; two while one rotates."
    )
    twilio_api_url: str = Field("", description="Base address of the Twilio API. Empty: Twilio's own.")
    twilio_numbers: str = Field(
        "", description="Comma list NUMBER=CITY: which city a phone number belongs to, e.g. +15550100=alder-falls."
    )
    sms_segments: int = Field(2, ge=1, le=10, description="Longest answer by SMS, in segments.")
    alert_rate: float = Field(1, gt=0, le=500, description="Alert texts a second, what your Twilio number allows.")
    alert_quiet_hours: Annotated[str, AfterValidator(_not_all_day)] = Field(
        "21-8",
        pattern=r"^([01]?\d|2[0-4])-([01]?\d|2[0-4])$",
        description="Hours of the city's day in which no alert is sent but urgent ones, e.g. 21-8; 0-0: none.",
    )
    alerts_a_day: int = Field(3, ge=1, description="Alerts that one resident gets a day at most, urgent ones beside.")
    alert_approval_over: int = Field(100, ge=0, description="Receivers from which a second one of staff approves.")
    alert_segment_cost: float = Field(0.01, ge=0, description="US dollars a segment, for the estimate of the cost.")

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.home / 'townclerk.db'}"

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages in which residents are answered; the first is spoken until another one is recognized."""
        return tuple(self.languages.split(","))

    @property
    def public_base(self) -> str:
        """The public address without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.gateway_port}").rstrip("/")

    def url(self, process: ProcessName) -> str:
        """Address of one of our own processes: the one that is set, or else the one it listens on here."""
        listens = {"gateway": self.host, "index": self.bind, "crawler": self.bind, "actions": self.bind}
        host = listens.get(process, "127.0.0.1")
        here = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{getattr(self, process + '_port')}"  # noqa: S104
        return (getattr(self, process + "_url", "") or here).rstrip("/")


def load() -> Settings:
    """Read the environment and `townclerk.env` once.

    Raises BadInput naming each wrong variable, its value and the rule.
    """
    home = Path(os.environ.get("TOWNCLERK_HOME") or CHECKOUT / "var").expanduser().resolve()
    known = {f"TOWNCLERK_{name}".upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("TOWNCLERK_") and name not in known)
    if unknown:
        raise BadInput(f"No such setting: {', '.join(unknown)}. `townclerk doctor --settings` lists all settings.")
    try:
        return Settings(_env_file=home / "townclerk.env", home=home)
    except ValidationError as error:
        lines = [f"TOWNCLERK_{'_'.join(map(str, e['loc'])).upper()}={e['input']!r}: {e['msg']}" for e in error.errors()]
        raise BadInput(
            "Wrong settings. " + "; ".join(lines) + ". Correct them in the environment or townclerk.env."
        ) from error
