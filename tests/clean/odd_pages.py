"""One page of each kind that is no article, as such pages look: name → (address, markup). All of them are made up."""

# ruff: noqa: E501 - markup reads better whole

from __future__ import annotations

from typing import Final

SITE: Final = "https://news.example.org"
_MENU: Final = """<header><nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>"""
_FOOT: Final = """<footer><p>Harbor News, 1 Pier Road</p><a href="/privacy">Privacy</a> <a href="/imprint">Imprint</a></footer>"""


def _page(title: str, body: str, head: str = "", *, framed: bool = True) -> str:
    inside = f"{_MENU}{body}{_FOOT}" if framed else body
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{inside}</body></html>'


def _json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


_TEASERS: Final = "".join(
    f'<article class="teaser"><h3><a href="/2026/11/18/story-{number}">Council votes on plan number {number} for the old harbour</a></h3>'
    f"<p>What the plan says, in two lines, and who was against it.</p></article>"
    for number in range(24)
)
_POSTS: Final = "".join(
    f'<div class="post"><div class="post-author">sailor{number}</div><div class="post-meta">Joined 2019 · {number} posts · Reply · Quote</div>'
    f"<div class='post-body'>Mine did the same on day {number}, and a new impeller helped. How old is yours, and what does the manual say?</div></div>"
    for number in range(12)
)
_SHELF: Final = "".join(
    f'<div class="card"><a href="/product/lamp-{number}"><img src="/l{number}.jpg" alt="Lamp {number}"></a><span>Lamp {number}</span><span>$ {number + 20}.00</span><button>Add to cart</button></div>'
    for number in range(16)
)
_CALLS: Final = "".join(
    f"<h2 id='f{number}'>harbor.dock_{number}(ship, *, pier=None)</h2><p>Dock the ship at a pier. Returns the pier’s number.</p>"
    f"<pre><code>&gt;&gt;&gt; harbor.dock_{number}(ship)\n{number}</code></pre><p>Raises <code>PierTaken</code> where another ship lies there.</p>"
    for number in range(14)
)
_TOC: Final = "".join(f'<li><a href="#f{number}">dock_{number}</a></li>' for number in range(14))

ODD_PAGES: Final = {
    "bot-wall": (
        f"{SITE}/2026/11/18/lighthouse-moves",
        _page(
            "Just a moment...",
            """<div class="main-wrapper"><h1>news.example.org</h1><h2>Verifying you are human. This may take a few seconds.</h2>
<div id="challenge-stage"></div><p>news.example.org needs to review the security of your connection before proceeding.</p>
<noscript>Enable JavaScript and cookies to continue</noscript><div class="footer">Ray ID: 8a1f00c2</div></div><script src="/cdn/challenge.js"></script>""",
            framed=False,
        ),
    ),
    "consent": (
        f"{SITE}/2026/11/18/lighthouse-moves",
        _page(
            "Before you continue",
            """<form action="/consent" method="post"><h1>Before you continue</h1><p>We and our 843 partners store and read information on your device,
such as cookies, and use it for personalised advertising, for measuring it, and for learning who our readers are.</p>
<p>You may change your mind at any time under Privacy in the menu of every page.</p><button>Accept all</button><button>Manage options</button></form>""",
            framed=False,
        ),
    ),
    "login": (
        f"{SITE}/login?next=/2026/11/18/lighthouse-moves",
        _page(
            "Log in | Harbor News",
            """<main><h1>Log in</h1><form method="post"><label>E-mail <input type="email" name="mail"></label>
<label>Password <input type="password" name="word"></label><button>Log in</button></form><p>New here? <a href="/register">Make an account</a>.</p></main>""",
        ),
    ),
    "soft-404": (
        f"{SITE}/2019/03/01/gone",
        _page(
            "Page not found | Harbor News",
            """<main><h1>Page not found</h1><p>Sorry, the page you are looking for has moved or never was. Try the search, or begin at the home page.</p>
<form action="/search"><input name="q"><button>Search</button></form></main>""",
        ),
    ),
    "paywall-stub": (
        f"{SITE}/2026/11/18/lighthouse-moves",
        _page(
            "A lighthouse moves inland | Harbor News",
            """<main><h1>A lighthouse moves inland</h1><div class="paywall"><h2>This article is for subscribers only</h2>
<p>Subscribe to continue reading</p><a href="/subscribe">From $1 a week</a><p>Already a subscriber? <a href="/login">Log in</a></p></div></main>""",
        ),
    ),
    "script-only": (
        f"{SITE}/2026/11/18/lighthouse-moves",
        _page(
            "Harbor News",
            """<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/static/js/main.4f2a.js"></script><script>boot()</script>""",
            framed=False,
        ),
    ),
    "video-or-gallery": (
        f"{SITE}/video/lighthouse-moves",
        _page(
            "Watch: A lighthouse moves inland | Harbor News",
            """<main><h1>Watch: A lighthouse moves inland</h1><div class="player"><video src="/v.mp4"></video></div><p>Nine hours in ninety seconds.</p><p>18 Nov 2026</p></main>""",
            _json_ld(
                '{"@context": "https://schema.org", "@type": "VideoObject", "name": "A lighthouse moves inland", "uploadDate": "2026-11-18T08:00:00Z", "duration": "PT1M30S", "contentUrl": "https://news.example.org/v.mp4"}'
            ),
        ),
    ),
    "listing": (
        f"{SITE}/",
        _page(
            "Harbor News – the news of the coast", f"<main><h1>Harbor News</h1>{_TEASERS}</main>", '<meta property="og:type" content="website">'
        ),
    ),
    "forum": (
        "https://forum.example.org/t/engine-overheats/4711",
        _page(
            "Engine overheats after an hour - Sailors’ forum",
            f'<main><h1>Engine overheats after an hour</h1><div class="thread">{_POSTS}</div><a href="/login">Log in to reply</a></main>',
            _json_ld(
                '{"@context": "https://schema.org", "@type": "DiscussionForumPosting", "headline": "Engine overheats after an hour", "author": {"@type": "Person", "name": "sailor0"}, "datePublished": "2026-11-02"}'
            ),
        ),
    ),
    "product": (
        "https://shop.example.org/product/brass-lamp",
        _page(
            "Brass lamp – Harbor Shop",
            f"""<main><h1>Brass lamp</h1><span class="price">$ 49.00</span><p>In stock. Free shipping from $ 60.</p><button>Add to cart</button>
<p>Solid brass, polished by hand, with a cotton cord of two metres. Takes one E14 bulb, which is not included.</p><h2>You may also like</h2>{_SHELF}</main>""",
            '<meta property="og:type" content="product">'
            + _json_ld(
                '{"@context": "https://schema.org", "@type": "Product", "name": "Brass lamp", "offers": {"@type": "Offer", "price": "49.00", "priceCurrency": "USD"}}'
            ),
        ),
    ),
    "documentation": (
        "https://docs.example.org/en/latest/api/harbor.html",
        _page(
            "harbor — Python API reference — Harbor 2.1 documentation",
            f"""<div class="sidebar"><h3>Table of Contents</h3><ul>{_TOC}</ul></div><div class="document"><h1>harbor — docking ships</h1>
<p>New in version 2.0.</p>{_CALLS}<div class="footer">Built with a generator of documentation.</div></div>""",
        ),
    ),
}  # fmt: skip
LIVE_BLOG: Final = _page(
    "Storm on the coast: live updates | Harbor News",
    "<main><article><h1>Storm on the coast: live updates</h1>"
    + "".join(
        f"<div class='update'><time datetime='2026-11-18T{hour:02}:05:00Z'>{hour:02}:05</time><h2>What happened at {hour} o’clock</h2><p>The harbour master closed pier number {hour} when the water came over the wall, and sent everybody home who was not needed at the pumps.</p></div>"
        for hour in range(6, 12)
    )
    + "</article></main>",
    _json_ld(
        '{"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": "Storm on the coast: live updates", "datePublished": "2026-11-18T06:05:00Z", "coverageStartTime": "2026-11-18T06:00:00Z"}'
    ),
)
