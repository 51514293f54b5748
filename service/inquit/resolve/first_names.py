"""First names whose bearers may be of either gender, or that tell little of it, and nicknames."""

from __future__ import annotations

from inquit.resolve.gender import FEMININE, MASCULINE

__all__ = ["is_first_name", "same_first_name"]

_OTHERS = frozenset(
    """
    abdul abdullah abraham adel adrian ahmed alastair alejandro ali allan allison alvin amadou amir
    anderson andre andy angel angelo angie annette anthony antonin anwar ari ariel armando arnold art
    arthur arturo ash aubrey audrey aung avery ayman barney barry beau benito benjamin bennett bert
    bertha blair blake bob boris brendan brett brent brigid brooke bruno byron calvin cameron carlton
    carlos carmine cary casey cecil cecile cedric cesar chad chelsea chester chris christoph chuck
    clarence clark claude clay clayton clint clyde cole colin connor corey cornelius cornel cory
    craig curtis dale dallas damian damon dana dante darrell darren darryl darwin dean denis derek
    desmond devin dexter dianne dinesh dmitri dolores don dorian drew duncan dwayne dwight dylan earl
    ed edgar edmund eduardo edwin elijah elise ellis elmer emil emmanuel emmet enrique erick
    erik ernesto ernie ernst esther ethan eustace evgeny ezra felicity felipe felix ferdinand
    fernando fidel floyd francesca francois françois fredrik frederic gale garrett garth gavin gene geoff
    geoffrey gerard gerhard gilbert giles giovanni giuseppe glen glenn gonzalo grant guillermo gus
    gustav gustavo guy gwen hank hans harvey haruki hassan hector helmut herman hermann hillel hiroshi
    hogan horace howard hubert humphrey huma hussein ibrahim ignacio ilya imran ingrid ira irina irwin
    isabella ivan jackie jacques jaime jake jamal jamie jan jane janine jasper javier jean jeffery jens
    jenna jerome jerry jesse jesus jillian jim joan jocelyn jody joey johan johann johannes jonas jordan jorge
    josef josé juan juanita jules julian julius jürgen kamala katrina kellyanne kelli kelvin kendall
    kenji kerry khalid kiran kirk klaus kristin kurt kyle kylie lance lara lars laszlo lee leila leigh
    lenny leroy les leslie lester liam lin lindsay lindsey linus lionel lloyd logan lorenzo lou louie
    louisa lucas lucia lucien lucy luigi luther madeleine mahmoud malcolm manuel marc marcel marcelo
    marcia margot marianne marie mario marissa marjorie marla marlon marsha marty marwan masha
    mathew matteo matthias maureen max maxim maxine megyn mehmet mel melinda mercedes merrick mick
    mickey miguel mikhail miles milo milton mindy miriam mitch mitchell mitt mohamed mohammad mohammed
    moira morgan morris mort morton moshe muhammad murray myra nadine naomi nasser natalia natasha nate
    neal ned neera nelson newt niall nicola nicolas nicole niels nigel nikita nikki nils nolan norbert
    noreen norma odette olaf oleksandr oscar osman otto owen pablo paddy paloma pam parker pascal
    pat patti patty pavel penny percy perry pierre piers polly preston priya qasim quentin quincy rachid
    rafael raheem rahm raj ramon ramón randall randi raphael rashid raul raúl recep reggie regina
    reid reinhold rené rex reza rhonda ricardo rich robby roberto robin rod roderick rodney rodrigo
    roland rolf roman romeo ron ronan ronnie rory rosalind rosario roscoe rosemary roxanne rudolph rudy rufus
    rupert russ ryszard sadiq sal salman salvador sammy sanjay sandy sascha saul sebastian selma serena
    shane shannon shaun shawn sheldon shelley sherri sherrod shinzo shirley sid sidney sigmund silvio
    simone skip sofia solomon spencer stacey stan stefan stella stephan sterling steve stewart stuart sue
    svein sven sylvester syd tad tammy tariq tayyip ted teddy terence teresa terri terry thaddeus thea
    thelma theo thierry tiago timothy tobias toby todd tomas tomasz toni tracey tracy travis trent trevor
    trey tricia trish troy tucker ulrich uma umberto ursula valentina valerie van vance vern vernon
    vicky vikram vince vincenzo viola vivian vivienne vlad wade wallace walker wallis walt wendell werner
    wes wesley whitney wilbur wilfred will willa willem willie willis wilma winnie winona wolf
    wolfgang woodrow xavier yanis yasmin yasser yitzhak yolanda yosef yoshi yuri yusuf yves zack
    zainab zeke zoran
    """.split()
)
_NICKNAMES = (
    "alexander alex sandy",
    "alfred al fred alf",
    "andrew andy drew",
    "anthony tony",
    "benjamin ben benny",
    "bernard bernie",
    "catherine cathy kate katie cat",
    "charles charlie chuck",
    "christopher chris kit",
    "daniel dan danny",
    "david dave",
    "deborah debbie debra deb",
    "donald don donny",
    "edward ed eddie ted ned",
    "elizabeth liz beth lizzy lizzie eliza betty betsy bess",
    "francis frank",
    "frederick fred freddy",
    "geoffrey geoff",
    "gerald gerry jerry",
    "gregory greg",
    "harold harry hal",
    "henry hank harry",
    "james jim jimmy jamie",
    "jeffrey jeff",
    "jennifer jen jenny",
    "john jack johnny jon",
    "jonathan jon",
    "joseph joe joey",
    "joshua josh",
    "katherine kathy kate katie kathryn kit",
    "kenneth ken kenny",
    "lawrence larry",
    "leonard len lenny leo",
    "margaret maggie meg peggy",
    "martin marty",
    "matthew matt",
    "michael mike mick micky",
    "michelle shelley",
    "nathaniel nate nathan",
    "nicholas nick nicky",
    "pamela pam",
    "patricia pat patty tricia trish",
    "patrick pat paddy",
    "peter pete",
    "philip phil phillip",
    "rebecca becky",
    "reginald reggie",
    "richard rick dick rich ricky",
    "robert bob bobby rob robby bert",
    "ronald ron ronnie",
    "rudolph rudy",
    "samuel sam sammy",
    "sandra sandy",
    "stephen steve steven",
    "stuart stu",
    "susan sue susie suzanne",
    "theodore ted teddy theo",
    "thomas tom tommy",
    "timothy tim",
    "victoria vicky",
    "vincent vince",
    "walter walt",
    "william bill billy will willie",
    "zachary zack",
)
_SAME: dict[str, frozenset[str]] = {}
for _line in _NICKNAMES:
    for _word in _line.split():
        _SAME[_word] = _SAME.get(_word, frozenset()) | {_line.split()[0]}
_FIRST_NAMES = _OTHERS | MASCULINE | FEMININE | _SAME.keys()


def is_first_name(word: str) -> bool:
    """Whether a word is a common first name."""
    return word.casefold() in _FIRST_NAMES


def same_first_name(one: str, other: str) -> bool:
    """Whether two casefolded first names can be one person's: equal, short forms, an initial."""
    if one == other or bool(_SAME.get(one, frozenset()) & _SAME.get(other, frozenset())):
        return True
    return 1 in {len(one), len(other)} and one[:1] == other[:1]
