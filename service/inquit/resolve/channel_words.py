"""Words that head a phrase telling where something was said, and words that end one."""

from __future__ import annotations

__all__ = [
    "ADDRESSING",
    "AUDIENCES",
    "CARRIERS",
    "COLLECTIVES",
    "DATES",
    "DETERMINERS",
    "DOCUMENTS",
    "GO_BETWEENS",
    "HOSTS",
    "ISSUING",
    "JOINED",
    "MEANS",
    "NETWORKS",
    "OCCASIONS",
    "OUTLETS",
    "PLATFORMS",
    "PRIVATE",
    "PROGRAMMES",
    "SITES",
    "SPEECHES",
    "STOPS",
    "TITLED",
    "TRIBUNALS",
]


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


# Things that are written, recorded or shown.
DOCUMENTS = _words(
    """
    ad advert advertisement affidavit affidavits article articles audio autobiography bestseller blog
    blogpost book books brief briefs brochure bulletin bulletins cable cables caption chapter clip
    clips column columns commentary commercial communique communiqué complaint complaints
    declaration decree deposition diary dispatch dispatches dissent documentary e-mail e-mails
    editorial editorials email emails essay essays exposé expose fax filing filings film footage
    foreword introduction invitation invitations lawsuit leaflet letter letters lyrics manifesto
    manuscript memo memoir memoirs memorandum memos message messages missive missives motion motions
    newsletter newsletters note notes novel op-ed op-eds pamphlet paper papers petition petitions
    piece poem post postcard posting postings posts preface
    press-release proclamation questionnaire readout recording recordings release releases reply
    report reports resolution review ruling rulings scrapbook screed series sketch song spot statement
    statements study submission telegram testament testimony text texts thesis thread threads
    tirade trailer transcript transcripts tweet tweets tweetstorm verdict video videos voicemail
    voicemails write-up
    """
)
# What people say at length or to one another: `in`, `at` and `during` go before them.
SPEECHES = _words(
    """
    address addresses announcement announcements appearance appearances briefing briefings
    broadcast broadcasts call calls chat chats comments conference conferences conversation
    conversations debate debates deliberations dialogue diatribe discussion discussions edition
    engagement episode episodes exchange exchanges forum forums hearing hearings hangout
    interrogation interview interviews keynote lecture lectures meeting meetings monologue
    negotiations panel podcast podcasts presentation presentations presser program programme
    programmes programs q&a rant remarks roundtable round-table segment seminar sermon sermons
    session sessions show shows sit-down soliloquy speech speeches stream talk talks
    taping telecast teleconference testimony toast town-hall townhall webcast webinar
    """
)
# Where people come together: `at` and `during` go before them.
OCCASIONS = SPEECHES | _words(
    """
    assembly banquet barbecue breakfast ceremony commencement concert convention conventions
    convocation cookout demonstration demonstrations dinner dinners event events fair festival
    fundraiser fundraisers funeral gaggle gala gathering gatherings gig graduation inauguration
    launch lunch luncheon march memorial party picnic premiere protest protests rallies rally
    reception recital retreat roast screening service stop stops summit summits symposium
    telethon trial vigil wedding workshop
    """
)
# On which people post or are heard; of several words too.
PLATFORMS = _words(
    """
    air bluesky camera facebook gab instagram linkedin livestream mastodon medium myspace patreon
    periscope pinterest radio reddit skype snapchat substack telegram telephone television threads
    tiktok tumblr tv twitch twitter viber vimeo vk vkontakte wechat weibo whatsapp x youtube zoom
    """
) | {"truth social", "social media", "social networks", "the air"}
# Belong to a platform or an owner: `on his Facebook page`.
SITES = _words(
    """
    account accounts board blog channel feed forum handle livestream page pages podcast profile site
    stream timeline wall web-site website websites weblog homepage tape
    """
)
# `on` goes before these, as before sites.
CARRIERS = _words(
    """
    air broadcast call calls edition episode floor newscast panel papers podcasts program programme
    recording segment series show shows stump tape tapes trail video voicemail
    """
)
MEANS = _words(
    "e-mail email fax intercom letter loudspeaker message phone radio telegram telephone text video voicemail"
)
NETWORKS = _words(
    """
    abc abcnews ap afp aljazeera axios bbc bloomberg breitbart buzzfeed c-span cbc cbs cnbc cnn espn
    fox hbo huffpost itv mlive msnbc nbc npr pbs politico reuters rt salon sky slate telemundo
    univision vice vox newsmax newsweek interfax tass xinhua
    """
)
# Stand in the names of papers, stations and shows.
OUTLETS = _words(
    """
    agency broadcasting bulletin chronicle courier daily dispatch echo enquirer examiner express fm
    gazette globe guardian herald independent inquirer insider journal ledger magazine mail media
    mercury mirror monitor nation network networks news newspaper newspapers newswire observer post
    press programme program radio record register reporter review show standard star
    station sun tabloid telegraph television times today tonight tribune tv weekly wire
    """
)
PROGRAMMES = _words(
    "broadcast episode edition show shows series program programme podcast newscast segment newsmaker magazine"
)
HOSTS = _words(
    """
    anchor anchorman anchorwoman broadcaster co-anchor co-host columnist commentator correspondent
    editor host interviewer journalist moderator newsman presenter reporter
    """
)
AUDIENCES = _words(
    """
    activists african-americans assembly attendees audience audiences backers believers
    citizens club clubs committee commission commissioners congregation congregants congressmen constituents
    correspondents council court crowd crowds delegates delegation demonstrators dignitaries donors
    employees executives faithful fans farmers farmworkers followers graduates group groups guests
    investors jurors jury journalists judges lawmakers leaders legislators legislature
    listeners loyalists media members miners mourners nation newspaper newspapers officers onlookers panel
    parents parishioners parliament press prosecutors protesters protestors public readers regulators
    reporters residents revelers revellers scientists senators shareholders sponsors staffers students
    subcommittee supporters teachers thousands hundreds tribunal troops veterans viewers
    villagers visitors voters workers worshipers worshippers
    """
)
# Hear what is not said to the public.
PRIVATE = _words(
    "adviser advisers advisor advisors aide aides brother colleague colleagues daughter family father "
    "friend friends husband lawyer lawyers mother parents sister son staff staffers wife"
)
COLLECTIVES = _words(
    "audience assembly crowd gathering group meeting members hundreds thousands dozens room roomful session some "
    "series several number panel pair series string couple handful conference part delegation spate flurry"
)
TRIBUNALS = _words(
    """
    assembly commission committee congress council court courts grand-jury judge judges jury
    legislature panel parliament senate subcommittee tribunal
    """
)
_ADDRESSED = _words(
    """
    address comments e-mail e-mails email emails invitation letter letters memo message messages missive
    note op-ed petition remarks reply report response sermon speech speeches statement statements
    submission telegram testimony text tweet voicemail
    """
)
_TALKS = _words(
    """
    breakfast briefing call calls chat conference conversation conversations dinner discussion
    exchange forum interview interviews lunch luncheon meeting meetings q&a roundtable session sit-down
    talk talks
    """
)
# The heads that a preposition joins somebody or something to.
JOINED = {
    "with": _TALKS,
    "to": _ADDRESSED,
    "before": _words("appearance hearing speech testimony"),
    "of": PROGRAMMES | COLLECTIVES | TRIBUNALS | {"clip"},
    "for": PROGRAMMES | {"clip"},
}
TITLED = _words(
    """
    article autobiography bestseller blog book column documentary edition editorial episode essay film
    magazine memoir novel pamphlet play podcast poem program programme series show song trailer
    """
)
GO_BETWEENS = _words(
    """
    agent attorney counsel interpreter intermediary lawyer lawyers publicist representative
    representatives secretary spokesman spokesmen spokesperson spokespeople spokeswoman translator
    """
)
ADDRESSING = _words(
    """
    said say says saying speak speaking speaks spoke spoken talk talked talking talks lied shout shouted
    shouting shouts yell yelled yelling yells announced remarked declared admitted disclosed explained
    boasted bragged lectured read confirmed complained confided
    """
)
ISSUING = _words(
    """
    circulated deliver delivered delivering delivers distributed file filed files filing gave give
    gives giving issue issued issues issuing made make makes making penned post posted
    posting posts publish published publishes publishing release released releases releasing send
    sending sends sent unleashed wrote write writes writing
    """
)
DETERMINERS = _words(
    "a an another each her his its my one our several that the their these this those two your"
)
DATES = _words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december jan feb aug sept oct nov dec earlier later last
    next yesterday today tonight tomorrow early late recently afterward afterwards ago
    """
)
# Never inside a noun phrase.
STOPS = _words(
    """
    about after against although am among and are as at because been before being but by can could
    did do does during even for from had has have he him how i if in into is it me might must nor
    not of on or over said say saying says she should since so than that then they to told tells
    tell telling through toward towards under until us via was we were what when where whether which
    while who whom whose why will with without would wrote writes writing you them adding added
    there here also too more fewer nearly roughly every both
    """
)
