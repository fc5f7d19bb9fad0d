"""Rewordings: twins made by words alone, one true and one false, at the same distance from a true sentence.

A twin's two members use the same rewording; only the fact differs. So the wording tells nothing of the truth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Twin:
    """Two sentences of one source: what it backs, and what it does not back. ``kind`` names the change."""

    true: str
    false: str
    kind: str


_MONTHS = "January February March April May June July August September October November December".split()
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SHARES = {"50": "half", "25": "a quarter", "75": "three quarters", "20": "a fifth", "10": "a tenth", "33": "a third"}
_THOUSANDS = r"(?<![\d.£$€])(?<!than )(?<!about )(?<!over )(?<!some )\d{1,3}(?:,\d{3})+(?![\d,]*\d)"
_SCALES = {"m": "million", "bn": "billion", "million": "m", "billion": "bn"}

#: Words that mean the same in news, in both directions unless ">" stands between them.
_SYNONYMS = (
    "buy purchase,bought purchased,buying purchasing,begin start,began started,help assist,helped assisted,"
    "aid>help,show reveal,showed revealed,shown revealed,shows reveals,get receive,got>received,need require,"
    "needed required,needs requires,allow permit,allowed permitted,end finish,ended finished,ask request,"
    "choose select,chose selected,chosen selected,keep retain,kept retained,build construct,built constructed,"
    "hurt injured,sick ill,fast quick,big large,huge enormous,car vehicle>car,kids children,children kids,"
    "mum mother,dad father,doctor physician,cop police>officers,firm company,firms companies,movie film,"
    "movies films,film movie,jail prison,home house,shop store,shops stores,street road,salary wage,"
    "staff employees,workers employees,blaze fire,probe investigation,inquiry investigation,sacked fired,"
    "fired dismissed,quit resigned,attempt try,attempted tried,attempts tries,injured hurt,destroyed ruined,"
    "almost nearly,nearly almost,about around,around about,over>more than,under>less than,also too>also,"
    "because since>because,although though,though although,while whereas>while,often frequently,"
    "many>a lot of,several>a number of,numerous>many,entire whole,whole entire,across throughout,amid during>amid,"
    "following after,after following>after,prior>earlier,later afterwards,currently now,presently>now,"
    "however but>however,annual yearly,every each,each every,famous well-known,wealthy rich,rich wealthy,"
    "difficult hard,hard difficult,dangerous risky,crucial vital,vital essential,important significant,"
    "correct right>correct,incorrect wrong,error mistake,mistake error,error>mistake,danger risk,threat danger>threat,"
    "reply answer,replied answered,admit acknowledge,admitted acknowledged,confirm>verify,obtain get,obtained got,"
    "provide supply,provided supplied,provides supplies,attack assault,attacked assaulted,fight battle,"
    "chief head,boss manager,leader head>leader,woman lady,youth teenager>youth,teenager adolescent,"
    "pupils students,pupil student,university college>university,holiday vacation,vacation holiday,"
    "spokesman spokesperson,spokeswoman spokesperson,chairman chair,actress actor>actress,footballer player>footballer,"
    "match game,game match,goal>goal,side team>side,squad team,contest competition,tournament competition,"
    "victory win,defeat loss,triumph victory,happened occurred,occurred happened,continue carry>continue,"
    "increase rise,increased risen>increased,decrease fall,decline drop,declined dropped,soared surged,"
    "disclosed revealed,unveiled presented,launched introduced,postponed delayed,delayed postponed,"
    "cancelled called>cancelled,approved>backed,demand call>demand,warned cautioned,urged encouraged,"
    "said stated,says states,stated said,declared announced,announced declared,told informed,claimed>maintained,"
    "thought believed,believed thought,seek>look for,sought>looked for,aims>hopes,tell inform,"
    "gather collect,gathered collected,damage harm,damaged harmed,murdered>killed,slain>killed,dead deceased,"
    "died>passed away,arrived came>arrived,left departed,departed left,returned>came back,visited>went to,"
    "met>met with,accord agreement,deal agreement,pact agreement,agreement deal,cash money,money cash>money,"
    "funds money,cost price,price cost,gun firearm,guns firearms,weapon arm>weapon,plane aircraft,jet plane>jet,"
    "aircraft plane,border frontier,area region,region area,nation country,country nation,nations countries,"
    "town>town,city>city,capital>capital,law legislation,vote ballot>vote,poll survey,survey poll,"
    "report account>report,study research>study,scientists researchers,researchers scientists,"
    "experts specialists,lawyer attorney,lawyers attorneys,judge magistrate>judge,trial>trial,verdict ruling,"
    "ruling decision,decision ruling>decision,accident crash>accident,collision crash,crash collision,"
    "disaster catastrophe,storm>storm,illness disease,disease illness,infant baby,baby infant,babies infants,"
    "wife spouse>wife,picture photograph,pictures photographs,photos pictures,photo picture,rubbish trash,"
    "petrol gasoline,mobile>cell,flat apartment,flats apartments,apartment flat,elderly>old,residents inhabitants,"
    "locals residents,citizens people>citizens,total sum>total,part portion,piece>part,opportunity chance,"
    "chance opportunity,idea notion>idea,plan scheme>plan,method way>method,reason cause>reason,result outcome,"
    "outcome result,aim goal>aim,purpose aim,problem issue,issue problem,trouble difficulty,argument dispute,"
    "dispute argument,row dispute,war conflict,conflict war>conflict,peace>peace,soldiers troops,troops soldiers,"
    "forces troops>forces,rebels insurgents,militants fighters,hostage captive,hostages captives"
)
#: Each row: a pattern, how a true sentence says the same, how a false one says another thing.
_TURNS = (
    ("hedge", r"\b(?:may|might|could) (?=[a-z]+\b)(?!have|not)", "might possibly ", "will definitely "),
    ("hedge", r"\b(?:may|might|could) have\b", "possibly has", "has certainly"),
    ("hedge", r"\b(is|are) (?:expected|due|set|likely) to\b", r"\1 likely to", r"\1 certain to"),
    ("hedge", r"\b(is|are) (?:expected|due|set|likely) to\b", r"\1 supposed to", r"\1 no longer going to"),
    ("hedge", r"\b(plans?|hopes?|intends?|aims?|wants?) to\b", r"would like to", r"has refused to"),
    ("hedge", r"\b(?:plans|hopes|intends|aims|wants) to\b", "has the intention to", "has already managed to"),
    ("hedge", r"\b(?:tried|attempted) to\b", "made an attempt to", "was able to"),
    ("hedge", r"\b(?:allegedly|reportedly|apparently) (?=[a-z])", "according to reports ", "undoubtedly "),
    ("hedge", r"\b(?:alleged|suspected) (?=[a-z])", "suspected ", "convicted "),
    ("hedge", r"\b(?:was|were|is|are|been) accused of\b", "allegedly responsible for", "convicted of"),
    ("hedge", r"\baccused of\b", "alleged to be guilty of", "found guilty of"),
    ("hedge", r"\bappears? to\b", "seems to", "is proved to"),
    ("hedge", r"\bcharged with\b", "formally accused of", "cleared of"),
    ("negation", r"\b(?:did not|didn['’]t) (?=[a-z]+\b)", "failed to ", "managed to "),
    ("negation", r"\b(?:has|have) (?:not|never) (?=[a-z]+ed\b)", "has yet to have ", "has already "),
    ("negation", r"\b(was|were|is|are) not\b", r"\1n't", r"\1 indeed"),
    ("negation", r"\b(was|were|is|are)n['’]t\b", r"\1 not", r"\1 surely"),
    ("negation", r"\b(?:refused|declined) to\b", "would not", "agreed to"),
    ("negation", r"\bfailed to\b", "did not", "was able to"),
    ("negation", r"\bdenie[sd]\b", "rejected claims of", "confessed to"),
    ("negation", r"\bdenied (?=that|having|being|the)", "disputed ", "admitted "),
    ("negation", r"\bwithout (?=[a-z]+ing\b)", "not ", "while "),
    ("negation", r"\bno longer\b", "not any more", "still"),
    ("quantity", r"\b(?:all|every one) of\b", "each one of", "hardly any of"),
    ("quantity", r"\b(?:most|the majority) of\b", "more than half of", "all of"),
    ("quantity", r"\bsome of\b", "certain of", "all of"),
    ("quantity", r"(?<!the )(?<!a )\bsome (?=[a-z]+s\b)", "a number of ", "all "),
    ("quantity", r"(?<!the )(?<!a )\bmost (?=[a-z]+s\b)", "the majority of ", "a minority of "),
    ("quantity", r"(?<!the )(?<!a )\bmany (?=[a-z]+s\b)", "lots of ", "only a few "),
    ("quantity", r"(?<!the )(?<!a )\bfew (?=[a-z]+s\b)", "not many ", "a great many "),
    ("quantity", r"\bboth\b", "the two", "neither of"),
    ("quantity", r"\bat least (?=[\d£$€])", "no fewer than ", "at most "),
    ("quantity", r"\bmore than (?=[\d£$€])", "over ", "less than "),
    ("quantity", r"\b(?:fewer|less) than (?=[\d£$€])", "under ", "over "),
    ("quantity", r"\b(?:nearly|almost) (?=[\d£$€])", "just under ", "well over "),
    ("quantity", r"\bonly\b", "just", "not only"),
    ("opposite", r"\b(?:rose|increased|climbed|jumped)\b", "went up", "went down"),
    ("opposite", r"\b(?:fell|dropped|decreased|declined)\b", "went down", "went up"),
    ("opposite", r"\bwon\b", "was victorious in", "was beaten in"),
    ("opposite", r"\blost\b", "was beaten in", "was victorious in"),
    ("opposite", r"\b(beat|defeated|thrashed)\b", "got the better of", "was beaten by"),
    ("opposite", r"\b(?:killed)\b", "left dead", "left unhurt"),
    ("opposite", r"\b(?:survived)\b", "lived through", "died in"),
    ("opposite", r"\b(?:rejected|turned down)\b", "said no to", "said yes to"),
    ("opposite", r"\b(?:accepted|approved|backed)\b", "gave a yes to", "gave a no to"),
    ("opposite", r"\b(?:banned|barred|prohibited)\b", "not permitted", "permitted"),
    ("opposite", r"\b(?:allowed|permitted)\b", "given permission", "refused permission"),
    ("opposite", r"\b(?:arrested|detained)\b", "taken into custody", "let go from custody"),
    ("opposite", r"\b(?:released|freed)\b", "let go", "kept in"),
    ("opposite", r"\b(?:opened|began|started|launched)\b", "got under way with", "brought to a close"),
    ("opposite", r"\b(?:closed|ended|finished|shut)\b", "came to an end at", "got under way at"),
    ("opposite", r"\bsold\b", "parted with", "acquired"),
    ("opposite", r"\bbought\b", "acquired", "parted with"),
    ("opposite", r"\bformer\b", "ex-", "present "),
    ("opposite", r"\b(?:cut|slashed|reduced)\b", "lowered", "raised"),
    ("opposite", r"\b(?:raised|boosted)\b", "lifted", "lowered"),
    ("opposite", r"\b(?:first)\b", "earliest", "last"),
    ("opposite", r"\b(?:oldest)\b", "most aged", "youngest"),
    ("opposite", r"\b(?:youngest)\b", "least old", "oldest"),
    ("opposite", r"\bmother\b", "mum", "aunt"),
    ("opposite", r"\bfather\b", "dad", "uncle"),
    ("opposite", r"\b(?:son|daughter)\b", "child", "cousin"),
    ("opposite", r"\bwife\b", "spouse", "sister"),
    ("opposite", r"\bhusband\b", "spouse", "brother"),
)


def _synonyms() -> dict[str, str]:
    table: dict[str, str] = {}
    for entry in _SYNONYMS.split(","):
        if ">" in entry:
            old, _, new = entry.partition(">")
            if " " not in old and old != new:
                table.setdefault(old, new)
            continue
        old, new = entry.split()
        table.setdefault(old, new)
    return table


SYNONYMS = _synonyms()


def reworded(twin: Twin, random: Random, chance: float = 0.5) -> Twin:
    """Return ``twin`` with some words replaced by synonyms, the same ones in both members."""
    words = set(re.findall(r"\b[a-z]+\b", twin.true)) & set(re.findall(r"\b[a-z]+\b", twin.false)) & SYNONYMS.keys()
    chosen = [word for word in sorted(words) if random.random() < chance]
    true, false = twin.true, twin.false
    for word in chosen:
        pattern = re.compile(rf"\b{word}\b(?!['’-])")
        true, false = pattern.sub(SYNONYMS[word], true), pattern.sub(SYNONYMS[word], false)
    return Twin(true, false, twin.kind)


def _put(sentence: str, match: re.Match[str], new: str) -> str:
    return (sentence[: match.start()] + new + sentence[match.end() :]).replace("ex- ", "ex-")


def turns(sentence: str, random: Random) -> Iterator[Twin]:
    """Yield twins of hedges, negations, quantities and opposites by a table of turns of phrase."""
    for kind, pattern, same, other in random.sample(_TURNS, len(_TURNS)):
        match = re.search(pattern, sentence)
        if match:
            yield Twin(_put(sentence, match, match.expand(same)), _put(sentence, match, match.expand(other)), kind)


def _count(sentence: str, random: Random) -> Iterator[Twin]:
    for match in re.finditer(r"(?<![\w£$€.,-])(\d{1,2})(?= [a-z]{3,})(?! (?:per|percent|million|billion))", sentence):
        value = int(match.group(1))
        if 2 <= value <= 12:
            other = random.choice([n for n in range(2, 13) if n != value])
            yield Twin(_put(sentence, match, _SMALL[value]), _put(sentence, match, _SMALL[other]), "number")
    for match in re.finditer(rf"\b({'|'.join(_SMALL[2:])})\b(?= [a-z])", sentence):
        value = _SMALL.index(match.group(1))
        other = random.choice([n for n in range(2, 13) if n != value])
        yield Twin(_put(sentence, match, str(value)), _put(sentence, match, str(other)), "number")


def _thousands(sentence: str, random: Random) -> Iterator[Twin]:
    for match in re.finditer(_THOUSANDS, sentence):
        value = int(match.group().replace(",", ""))
        size = 10 ** (len(str(value)) - 1)
        below, above = value // size * size, (value // size + 1) * size
        changed = value + random.choice((-1, 1)) * size if value > 2 * size else value + 3 * size
        if below == value:
            yield Twin(_put(sentence, match, f"{value}"), _put(sentence, match, f"{changed}"), "number")
            continue
        yield Twin(
            _put(sentence, match, f"more than {below:,}"), _put(sentence, match, f"more than {above:,}"), "number"
        )
        yield Twin(
            _put(sentence, match, f"fewer than {above:,}"), _put(sentence, match, f"fewer than {below:,}"), "number"
        )
        if value % 100 == 0 and value < 1_000_000:
            same, other = f"{value / 1000:g} thousand", f"{changed / 1000:g} thousand"
            yield Twin(_put(sentence, match, same), _put(sentence, match, other), "number")


def _scale(sentence: str, random: Random) -> Iterator[Twin]:
    for match in re.finditer(r"\b(\d+(?:\.\d+)?) ?(m|bn|million|billion)\b", sentence):
        value, unit = match.groups()
        same = _SCALES[unit]
        space = " " if len(same) > 2 else ""
        wrong = {"m": "bn", "bn": "m", "million": "billion", "billion": "million"}[same]
        other = f"{float(value) + random.choice((1, 2, 3, 10)):g}{space}{same}"
        false = other if random.random() < 0.6 else f"{value}{space}{wrong}"
        yield Twin(_put(sentence, match, f"{value}{space}{same}"), _put(sentence, match, false), "number")


def _share(sentence: str, random: Random) -> Iterator[Twin]:
    for match in re.finditer(r"\b(\d\d)(?:%| per ?cent\b)", sentence):
        value = match.group(1)
        if value in _SHARES:
            other = random.choice([name for share, name in _SHARES.items() if share != value])
            yield Twin(_put(sentence, match, _SHARES[value]), _put(sentence, match, other), "number")
        else:
            changed = f"{value[::-1]} percent" if value[0] != value[1] else f"{int(value) + 9} percent"
            yield Twin(_put(sentence, match, f"{value} percent"), _put(sentence, match, changed), "number")


def _age(sentence: str, random: Random) -> Iterator[Twin]:
    for match in re.finditer(r"\b(\d\d)-year-old ((?:[A-Z][\w’'-]+ ?){2,3})(?= )", sentence):
        age, name = match.group(1), match.group(2).strip()
        other = str(int(age) + random.choice((-9, -3, 2, 5, 10)))
        yield Twin(
            _put(sentence, match, f"{name}, who is {age},"), _put(sentence, match, f"{name}, who is {other},"), "number"
        )


def _date(sentence: str, random: Random) -> Iterator[Twin]:
    months = "|".join(_MONTHS)
    for match in re.finditer(
        rf"\b(?:on )?(?:(\d{{1,2}}) ({months})|({months}) (\d{{1,2}}))\b(?:,? (\d{{4}}))?", sentence
    ):
        month = match.group(2) or match.group(3)
        other = random.choice([name for name in _MONTHS if name != month])
        year = f" {match.group(5)}" if match.group(5) else ""
        yield Twin(_put(sentence, match, f"in {month}{year}"), _put(sentence, match, f"in {other}{year}"), "date")
    for match in re.finditer(r"\b(19|20)(\d\d)\b(?!-)", sentence):
        value = int(match.group())
        decade, other_decade = value // 10 * 10, value // 10 * 10 + random.choice((-20, -10, 10, 20))
        if re.search(r"\b[Ii]n $", sentence[: match.start()]):
            same, other = f"the {decade}s", f"the {other_decade}s"
            yield Twin(_put(sentence, match, same), _put(sentence, match, other), "date")


_NUMBERS: tuple[Callable[[str, Random], Iterator[Twin]], ...] = (_count, _thousands, _scale, _share, _age, _date)


def figures(sentence: str, random: Random) -> Iterator[Twin]:
    """Yield twins in which a number, an amount or a date is reworded: truly, and with another value."""
    for rule in _NUMBERS:
        yield from rule(sentence, random)
