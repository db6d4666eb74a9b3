"""Which forms are one word to the search, and which must stay apart."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchcore.errors import ConfigurationError
from searchcore.language.words import load_spelling, read_spelling, read_stemmer
from searchcore.whoosh_engine.analysis import places, stem, stems
from searchcore.whoosh_engine.text_bank import analysed

# Words that Porter's stemmer or a careless rule takes for one, and that mean different things to a coder.
APART = """
hypotension/hypertension hypoglycemia/hyperglycemia hypothyroidism/hyperthyroidism hypo/hyper
hypoplasia/hyperplasia colectomy/colotomy colectomy/colostomy colotomy/colostomy gastrectomy/gastrotomy
gastrectomy/gastrostomy gastrotomy/gastrostomy tracheotomy/tracheostomy nephrectomy/nephrotomy
nephrotomy/nephrostomy ileotomy/ileostomy cystectomy/cystotomy cystotomy/cystostomy
thoracotomy/thoracostomy craniotomy/craniectomy laminectomy/laminotomy discectomy/discotomy organic/organ
mental/meant mental/ment general/generic general/generator general/generation device/devise animal/anima
anal/analysis anus/anal ileum/ilium ileus/ileum malleus/malleolus abduction/adduction afferent/efferent
intra/inter intracranial/extracranial perineal/peroneal perineum/peritoneum peroneal/peritoneal
prostate/prostrate prostatic/prosthetic palpation/palpitation mucus/mucous facial/fascial facet/face
cervix/cervical vertical/vertex test/testis test/testes tract/traction extract/extraction
contract/contraction fraction/fracture product/production unit/united plan/plane bear/bearing open/opening
sling/sl dose/dosage policy/police university/universal arsenic/arson iron/ironic relative/relation
station/state import/important part/party organism/organ organization/organ secret/secretion ration/rate
physical/physician clinic/clinical topic/topical optic/optical tropic/tropical critic/critical
polyp/polypectomy lens/len spine/spin severe/sever with/without no/non species/special caries/carry
series/serial basis/base arthritis/arthrosis nephritis/nephrosis cyst/cystitis cyst/cystic
sclera/sclerosis uterus/ureter ureter/urethra
"""

TOGETHER = """
fracture/fractures/fractured infection/infections/infected/infectious/infective diagnosis/diagnoses
vertebra/vertebrae metastasis/metastases/metastatic arthritis/arthritides bronchus/bronchi
diabetes/diabetic injection/injected/injecting biopsy/biopsies abscess/abscesses disease/diseases/diseased
virus/viruses carcinoma/carcinomas/carcinomata fibroma/fibromata appendix/appendices calculus/calculi
foot/feet child/children inflammation/inflamed/inflammatory obstruction/obstructed/obstructive
rupture/ruptured amputation/amputated/amputee surgery/surgical/surgically bleeding/bleeds/bled
swelling/swollen neurologic/neurological bilateral/bilaterally nurse/nursing
prosthesis/prostheses/prosthetic testis/testes/testicular tumor/tumour anemia/anaemia esophagus/oesophagus
leukemia/leukaemia hemorrhage/haemorrhage edema/oedema diarrhea/diarrhoea pediatric/paediatric
behavior/behaviour color/colour fetus/foetus fetal/foetal cecum/caecum cesarean/caesarean
gynecology/gynaecology orthopedic/orthopaedic estrogen/oestrogen catheterization/catheterisation
immunization/immunisation immunized/immunised organize/organise paralyzed/paralysed center/centre
fiber/fibre liter/litre goiter/goitre gray/grey mold/mould disk/disc sulfate/sulphate labeled/labelled
aging/ageing aluminum/aluminium leukocyte/leucocyte Crohn/Crohns/Crohn's/Crohn’s Parkinson/Parkinson's
Alzheimer/Alzheimer's with/w without/w/o unsp/unspecified
"""


@pytest.mark.parametrize("pair", APART.split())
def test_what_must_stay_apart_stays_apart(pair: str) -> None:
    one, other = pair.split("/")
    assert stems(one) != stems(other)


@pytest.mark.parametrize("group", TOGETHER.split())
def test_forms_of_one_word_have_one_stem(group: str) -> None:
    forms = ["without", "w/o"] if group.endswith("w/o") else group.split("/")
    assert len({tuple(stems(form)) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("type II", "Type 2"),
        ("stage IV cancer", "stage 4 cancer"),
        ("factor V Leiden", "factor 5 Leiden"),
        ("grade I", "grades 1"),
        ("cranial nerve X", "cranial nerve 10"),
        ("w/o complication", "without complication"),
        ("w/complication", "with complication"),
        ("W/in 3 hrs", "within 3 hrs"),
        ("h/o asthma", "history asthma"),
        ("B/L knee pain", "bilateral knee pain"),
    ],
)
def test_phrases_that_are_written_in_two_ways(one: str, other: str) -> None:
    assert stems(one) == stems(other)


@pytest.mark.parametrize("written", sorted(load_spelling().shorthand))
def test_shorthand_with_a_slash_is_one_word(written: str) -> None:
    around = f"x-{written.upper()}, ({written}) {written}x a_{written}"
    found = [(place.start, place.end) for place in places(around) if place.stem == stems(written)[0]]
    one = len(written)
    assert len(stems(written)) == 1
    assert found == [(2, 2 + one), (one + 5, 2 * one + 5)]


def test_letters_with_a_slash_that_are_no_shorthand_are_two_words() -> None:
    assert stems("i/o") == ["i", "o"]
    assert stems("s/p") != stems("s p") and stems("s/p") != stems("sp")


def test_a_roman_numeral_is_a_number_only_where_numbers_stand() -> None:
    assert stems("IV infusion") == ["iv", "infusion"]
    assert stems("vitamin K and I") == stems("vitamin k and i")
    assert stems("type x")[1] == "10"
    assert stems("x-ray")[0] == "x"


words = st.lists(
    st.sampled_from(
        ["type", "Stage", "I", "iv", "X", "w/o", "w/", "S/p", "w/in", "knee", "o'clock", "é", "II", "a_w/o"]
    )
)


@given(st.lists(words.map(" ".join), max_size=5))
def test_records_are_analysed_like_queries(texts: list[str]) -> None:
    found, _ = analysed({"text": pl.Series(texts, dtype=pl.String)})
    distinct = list(dict.fromkeys(text for text in texts if text))
    ordered = [text for text in distinct if text.isascii()] + [
        text for text in distinct if not text.isascii()
    ]
    assert [found.terms[term] for term in found.flat.tolist()] == [s for text in ordered for s in stems(text)]


@given(st.text(st.characters(codec="ascii", categories=["Ll"]), min_size=1, max_size=14))
def test_every_word_has_a_stem_and_plain_plurals_share_it(word: str) -> None:
    assert stem(word)
    if len(word) > 3 and word[-1] in "bcdfglmnprtvw" and not word.endswith(("ing", "ed")):
        spelled = load_spelling().spelled
        if spelled(word) == word and spelled(word + "s") == word + "s":
            assert stem(word + "s") == stem(word)


def test_a_place_keeps_what_was_typed() -> None:
    assert [(p.surface, p.stem, p.start, p.end) for p in places("Type IV")] == [
        ("type", stem("type"), 0, 4),
        ("iv", "4", 5, 7),
    ]


_TABLES = "letters: []\nwords: {{{}}}\nshorthand: {{{}}}\nnumerals: {{}}\nnumbered: [{}]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("letters: []\nwords: {}\nnumerals: {}\n", "numbered.* missing|missing.*numbered"),
        (_TABLES.format("", "", "").replace("letters: []", "letters: [{from: '(', to: x}]"), "letters holds"),
        (_TABLES.format("ii: 2", "", ""), "words.ii holds 2.*put it in quotes"),
        (_TABLES.format("", "s p: sp", ""), "a slash"),
        (_TABLES.format("", "s/p: status post", ""), "small letters"),
        (_TABLES.format("", "", "Type"), "small letters"),
    ],
)
def test_a_wrong_file_of_spellings_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "spelling.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        read_spelling(path)


@pytest.mark.parametrize("families", ["[[one]]", "x", "[[no, 1]]"])
def test_a_wrong_file_of_families_is_refused(tmp_path: Path, families: str) -> None:
    path = tmp_path / "stemming.yaml"
    path.write_text(f"keep: []\nfamilies: {families}\n")
    with pytest.raises(ConfigurationError):
        read_stemmer(path, str)
