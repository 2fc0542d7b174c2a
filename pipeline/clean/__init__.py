"""A fetched page → an article, or the reason why not.

`RULES` are run in this order over the candidate blocks; each block that goes is kept in `Article.removed` with the name
of the rule. A new rule is a function in `line_rules.py` (what a line says) or `place_rules.py` (where it stands), a name here
and a case in the tests; knowledge of one site is a table in `site_rules.toml`, a phrase a line in seeds/boilerplate.
"""

from pipeline.clean import closing, line_rules, place_rules
from pipeline.clean.rules import Rule

RULES: tuple[Rule, ...] = (
    place_rules.other_articles,
    closing.corrections,
    closing.contributors,
    place_rules.regions,
    line_rules.signs,
    place_rules.before_body,
    line_rules.credits,
    place_rules.after_end,
    place_rules.boxes,
    line_rules.phrases,
    line_rules.promotions,
    line_rules.rights,
    place_rules.bylines,
    place_rules.about_author,
    place_rules.link_lines,
    place_rules.link_lists,
    place_rules.doubles,
    place_rules.empty_headings,
)
