"""Response headers that keep a page to its own files and its text to text."""

from collections.abc import Iterable

from fastapi.responses import HTMLResponse


def policy(
    *, frame_ancestors: Iterable[str] = (), frames: bool = False, forms: bool = False, images: Iterable[str] = ()
) -> str:
    """A Content-Security-Policy: own files only, no inline script or style, no string ever becomes markup.

    `frame_ancestors` are the origins whose pages may embed this one, `images` those that pictures come from; none by default.
    """
    own, none = "'self'", "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            " ".join(("img-src 'self' data:", *images)),
            f"frame-src {own if frames else none}",
            f"form-action {own if forms else none}",
            "base-uri 'none'",
            f"frame-ancestors {' '.join(frame_ancestors) or none}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def page(markup: str, *, csp: str, status: int = 200) -> HTMLResponse:
    """An HTML response with the security headers of all our pages; never cached, as pages hold live data."""
    headers = {
        "Content-Security-Policy": csp,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(markup, status, headers)
