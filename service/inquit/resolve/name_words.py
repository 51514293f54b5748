"""Words that decide where a name begins and ends, and whether it is one."""

from __future__ import annotations

__all__ = [
    "INNER",
    "MONTHS_AND_DAYS",
    "NEVER_ALONE",
    "NOT_NAMES",
    "ORGANISATION_HEADS",
    "PERSON_INNER",
    "ROLES",
    "SUFFIXES",
    "TITLES",
    "TRAILING",
]

# Stand before a name and are no part of it.
TITLES = frozenset(
    """
    mr mrs ms miss mx dr fr prof professor rev reverend hon sen senator sens del rep representative reps
    gov governor lt col gen maj capt cmdr sgt cpl pvt adm president vice vice-president chancellor
    minister prime secretary mayor judge justice chief king queen prince princess pope sir lady
    lord dame sheikh ayatollah imam bishop archbishop cardinal father sister brother ambassador
    chair congressman congresswoman councilman councilwoman commissioner sheriff detective officer
    lieutenant captain major colonel general sergeant admiral spokesman spokeswoman spokesperson
    director chairman chairwoman speaker leader attorney dean premier deputy
    master mademoiselle signor signora signorina herr frau squire constable
    baron baroness count countess duke duchess madam madame monsieur don doctor inspector
    """.split()
)
# Nouns that stand before a name without being part of it: `activist Ada Brill`.
ROLES = frozenset(
    """
    activist actor actress adviser advisor aide alderman analyst anchor artist assemblyman
    assemblywoman assistant astronaut attorney author billionaire blogger businessman
    businesswoman campaigner candidate ceo cfo coach co-founder co-host columnist comedian
    commentator conservative contributor coordinator co-moderator correspondent critic
    democrat economist editor engineer executive expert filmmaker founder gop historian host
    independent investor journalist lawmaker lawyer legend liberal libertarian manager
    mogul moderator nominee officer organizer owner painter pastor philosopher photographer
    playwright poet pollster presenter producer pundit rabbi rapper reporter republican researcher
    rival scholar scientist singer solicitor strategist student teacher tycoon volunteer whip writer
    """.split()
)
# Joins capitalised words inside one name.
INNER = frozenset("of the for and & de la le du da di del van von der den bin ibn al el y on".split())
PERSON_INNER = frozenset("de la le du da di del van von der den bin ibn al el y".split())
# Capitalised at the start of a sentence or a headline and no part of a name there.
NOT_NAMES = frozenset(
    """
    a an the this that these those there here it its he she they we you i his her their our your my
    him them us me who whom whose which what when where why how if then than so as at by for from in
    into of off on onto out over to up with without within under about above after again against all
    also although always am among and another any anyone anything are around asked away back be
    because been before behind being below between both but can cannot can’t could despite did didn’t
    do does don’t down during each either else even ever every everyone everything except few first
    former further get had has have having however i’d i’ll i’m i’ve indeed instead is isn’t it’s
    just last later least less let like long many may maybe meanwhile might more moreover most much
    must near nearly neither never next no nobody none nor not nothing now often once one only or
    other others otherwise perhaps possibly quite rather really said says same second several shall
    should since some somebody someone something sometimes soon still such sure ten than thank
    thanks that’s three through though thus today together tomorrow tonight too toward towards two
    until upon very was wasn’t well were while will yes yesterday yet you’re monday tuesday
    wednesday thursday friday saturday sunday january february march april june july august
    september october november december according asked added meanwhile earlier speaking read
    beyond unlike absent besides given regarding following see enter poor alongside amid amidst per via
    including like whatever whoever wherever congratulations welcome hello dear sorry
    ah oh o ha aha ho eh ay aye alas bah hush hullo hello hallo hurrah ugh hm hmm um er say nonsense
    goodness heavens god gracious please true good dear come look listen stop wait go let’s indeed certainly
    photo video image file update breaking watch click editor’s advertisement related share
    """.split()
)
# Part of a name only when more words follow: `American Civil Liberties Union`.
NEVER_ALONE = frozenset(
    """
    african american americans arab arabs asian australian british canadian catholic catholics
    chinese christian christians conservative conservatives democrat democratic democrats dutch
    european europeans french german germans gop hispanic hispanics indian iranian irish islamic
    israeli israelis italian japanese jewish jews latino latinos liberal liberals libertarian
    mexican mexicans muslim muslims palestinian palestinians polish republican republicans russian
    russians saudi spanish syrian turkish ukrainian ukrainians
    """.split()
)
# Words that head the name of an organisation, so that `of` goes on with it.
ORGANISATION_HEADS = frozenset(
    """
    academy administration agency airlines alliance army battalion brigade corps legion militia
    regiment volunteers assembly association authority bank bar
    board branch brotherhood bureau cabinet camp campaign caucus center centre chamber chamber
    chronicle church city clinic club coalition college commission committee company conference
    congress constabulary corporation council court daily democracy department directorate district
    division embassy federation fire firm force forces forum foundation front fund gazette
    government group guard guild herald hospital house inc institute institution journal league
    library magazine ministry mission mosque movement museum nations navy network news office
    organisation organization parliament party patrol police post press project republic reserve
    school schools secretariat senate service services society sons squad staff state states
    station street students studies supreme survey team telegraph times tribune tribunal trust
    union university voice watch weekly women workers
    """.split()
)
# Lower-case nouns that go with the name before them: `the Brill campaign`.
TRAILING = frozenset(
    """administration campaign camp commission government ministry parliament police team
    party council university hospital company newspaper network committee department""".split()
)
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
MONTHS_AND_DAYS = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december""".split()
)
