"""Hosting whose names anybody can have: what stands at a name there today may be somebody else's tomorrow."""

SHARED_SUFFIXES = frozenset(
    {
        "amplifyapp.com", "azurestaticapps.net", "azurewebsites.net", "bitbucket.io", "blogspot.com", "cloudfront.net",
        "codesandbox.io", "csb.app", "deno.dev", "firebaseapp.com", "fly.dev", "framer.app", "gitbook.io", "github.io",
        "gitlab.io", "gitpod.io", "glitch.me", "herokuapp.com", "loca.lt", "lovable.app", "neocities.org",
        "netlify.app", "ngrok-free.app", "ngrok.app", "ngrok.io", "onrender.com", "ondigitalocean.app", "pages.dev",
        "pythonanywhere.com", "railway.app", "repl.co", "replit.app", "replit.dev", "run.app", "s3.amazonaws.com",
        "stackblitz.io", "surge.sh", "trycloudflare.com", "up.railway.app", "vercel.app", "web.app", "webflow.io",
        "wixsite.com", "wordpress.com", "workers.dev",
    }
)  # fmt: skip


def shared_suffix(host: str) -> str | None:
    """Return the shared part of a host name below one of `SHARED_SUFFIXES`, or None.

    Args:
        host: In lower case.
    """
    labels = host.rstrip(".").split(".")
    return next((suffix for at in range(len(labels)) if (suffix := ".".join(labels[at:])) in SHARED_SUFFIXES), None)
