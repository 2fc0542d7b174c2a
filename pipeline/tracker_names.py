"""Query names that tell how a reader arrived and not what the page is. Sorted data, compared without regard to case.

A name is listed only where it never carries identity. Unknown names are always kept, and no name is matched by a part
of it: `reference`, `gallery` or `cid` must survive `ref`, `ga_` and `mc_cid`.
"""

from __future__ import annotations

from typing import Final

PREFIXES: Final = ("ga_", "hsa_", "itm_", "mtm_", "oly_", "pk_", "utm_", "vero_")

NAMES: Final = (
    "__hsfp",
    "__hssc",
    "__hstc",
    "_bhlid",
    "_branch_match_id",
    "_branch_referrer",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_openstat",
    "at_campaign",
    "at_medium",
    "cmpid",
    "dclid",
    "fb_action_ids",
    "fb_action_types",
    "fb_comment_id",
    "fb_ref",
    "fb_source",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "hsctatracking",
    "igsh",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mc_tc",
    "mkt_tok",
    "msclkid",
    "ncid",
    "ns_campaign",
    "ns_mchannel",
    "ns_source",
    "ocid",
    "rb_clickid",
    "s_cid",
    "sc_cid",
    "smid",
    "smtyp",
    "srsltid",
    "ttclid",
    "twclid",
    "wbraid",
    "wickedid",
    "xtor",
    "yclid",
    "ysclid",
)

# Dropped only where the value looks like a session: 16 or more letters and digits, at least one of them a digit.
SESSION_NAMES: Final = ("jsessionid", "phpsessid", "sid")

# Dropped only where the value is one of REFERRERS; everywhere else they may name a section, a feed or a story.
REFERRER_NAMES: Final = ("partner", "ref", "rss", "source", "src", "via")

REFERRERS: Final = (
    "apple.news",
    "bing.com",
    "bluesky",
    "bsky.app",
    "dlvr.it",
    "duckduckgo.com",
    "email",
    "facebook",
    "facebook.com",
    "feed",
    "feedburner",
    "feedburner.com",
    "feedly",
    "feedly.com",
    "flipboard",
    "flipboard.com",
    "getpocket.com",
    "google",
    "google.com",
    "google_news",
    "googlenews",
    "homescreen",
    "inoreader.com",
    "instagram",
    "instagram.com",
    "l.facebook.com",
    "linkedin",
    "linkedin.com",
    "lnkd.in",
    "mastodon",
    "msn.com",
    "news.google.com",
    "news.ycombinator.com",
    "newsbreak",
    "newsletter",
    "push",
    "reddit",
    "reddit.com",
    "rss",
    "smartnews",
    "smartnews.com",
    "t.co",
    "t.me",
    "telegram",
    "threads",
    "threads.net",
    "tiktok",
    "tldr",
    "twitter",
    "twitter.com",
    "whatsapp",
    "whatsapp.com",
    "x.com",
    "yahoo.com",
    "youtube.com",
)

# Whose addresses hold copies of others' AMP pages: what such a page calls canonical is its own.
AMP_CACHES: Final = ("ampproject.org", "bing-amp.com")

# Names that name the article on so many sites that a canonical address without them is a broken template.
IDENTITY_NAMES: Final = (
    "a",
    "aid",
    "article",
    "article_id",
    "articleid",
    "cid",
    "docid",
    "eid",
    "id",
    "newsid",
    "nid",
    "p",
    "pid",
    "sid",
    "story",
    "storyid",
    "uid",
)

# Per registered domain: names that are trackers there and nowhere else …
SITE_DROPS: Final = {
    "nytimes.com": ("emc", "partner", "referringsource"),
    "qq.com": ("chksm", "scene"),
    "spiegel.de": ("sara_ref",),
    "theguardian.com": ("cmp",),
    "twitter.com": ("s", "t"),
    "washingtonpost.com": ("itid",),
    "x.com": ("s", "t"),
    "yahoo.com": ("guccounter", "guce_referrer", "guce_referrer_sig"),
    "youtube.com": ("feature", "pp", "si"),
}

# … and names that carry identity there although they are trackers elsewhere.
SITE_KEEPS: Final = {
    "slashdot.org": ("sid",),
}
