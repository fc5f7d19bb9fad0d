"""Conversations as programs send them: what is asked for, and of which article.

The requests were read in the programs' code (facts and forms only; none of their code is here):

- summarize: ``steipete/summarize`` 0.21.11, ``packages/core/src/prompts/link-summary.ts``, ``format.ts`` (the tags).
- LangChain: ``langchain-ai/langchain``, ``libs/langchain/langchain_classic/chains/summarize/map_reduce_prompt.py`` at
  a75b758 (map and stuff), ``refine_prompts.py`` (refine).
- LlamaIndex: ``run-llama/llama_index``, ``llama-index-core/llama_index/core/prompts/default_prompts.py`` at 032ea3a.
- Open WebUI: ``open-webui/open-webui``, ``backend/open_webui/config.py`` at 2586f1f (``DEFAULT_…_PROMPT_TEMPLATE``).
- Karakeep: ``karakeep-app/karakeep``, ``packages/shared/prompts.ts`` at 17d6a52.
- miniflux-ai: ``Qetesh/miniflux-ai`` at 5d5c6dc, ``core/get_ai_result.py``, ``config.sample.English.yml``.
- FreshRSS: ``maciejjedrzejczyk/xExtension-ArticleSummary`` at 64c9a5b, ``Controllers/ArticleSummaryController.php``.
- Continue: ``continuedev/continue``, ``core/util/chatDescriber.ts`` (titles of chats).
- Home Assistant: ``home-assistant/core``, ``homeassistant/components/ai_task/task.py`` at 6c37688 (the instructions of
  a task are the user's message, after the integration's system message).
"""

from __future__ import annotations

import pytest

from standfirst.api.chat.conversation import ChatTask, Message, read_conversation
from standfirst.api.chat.json_form import form_of_instruction
from standfirst.api.chat.output_spec import Form, parse_output_spec
from standfirst.api.chat.task import Task
from standfirst.errors import NoArticle

LEAD = "Harwick council voted 14 to 3 on Tuesday to close the Old Mill bridge to all traffic for nine months."
ARTICLE = f"""{LEAD}

The work will cost £2.4m, of which the county will pay £1.5m. Buses 4 and 11 will be sent over the ring road.

"I am not convinced," said Tom Pryce, one of three councillors who voted against the plan. "You could do it at night." \
The council agreed to look into a temporary footbridge and to report in February."""
TITLE = "Old Mill bridge to close for nine months"


def user(text: str, system: str = "") -> ChatTask:
    return read_conversation([Message("system", system), Message("user", text)] if system else [Message("user", text)])


SUMMARIZE_SYSTEM = """You are a precise summarization engine.
Follow the user instructions in <instructions> exactly.
Never output the literal strings "Title:" or "Headline:" anywhere; use Markdown heading syntax (## Heading) instead.
Include 1-2 short exact excerpts (max 25 words each) when the content provides a strong, non-sponsor line."""
SUMMARIZE = f"""<instructions>
You summarize online articles for curious readers who want the gist before deciding to dive in.
Adapt the structure to the source. For an article, lead with the central claim.
Target length: around 900 characters (acceptable range 600-1,200).
Extracted content length: 2,100 characters. Hard limit: never exceed this length.
Use short paragraphs; use bullet lists only when they improve scanability; avoid rigid templates.
When these quotes contain commentary, append a subsection with one or two bullet points on the key reactions.
{"Do not use emojis, disclaimers, or speculation. Write in direct, factual language. " * 30}
</instructions>

<context>
Source URL: https://example.com/bridge
Title: {TITLE}
Site: Example
</context>

<content>
{ARTICLE}
</content>
"""
KARAKEEP = f"""
Summarize the following content responding ONLY with the summary. You MUST follow the following rules:
- Summary must be in 3-4 sentences.
- The summary must be in english.
- Today's date is 2026-11-25. Do NOT flag or question dates that are in the past relative to today.

    {ARTICLE}"""
LLAMA_TREE = f"""Context information from multiple sources is below.
---------------------
{ARTICLE}

---------------------
Given the information from multiple sources and not prior knowledge, answer the query.
Query: What is a summary of this document?
Answer: """
REFINE = f"""Your job is to produce a final summary.
We have provided an existing summary up to a certain point: The town has a bridge.
We have the opportunity to refine the existing summary (only if needed) with some more context below.
------------
{ARTICLE}
------------
Given the new context, refine the original summary.
If the context isn't useful, return the original summary."""


@pytest.mark.parametrize(
    ("text", "system"),
    [
        (SUMMARIZE, SUMMARIZE_SYSTEM),
        (f'Write a concise summary of the following:\n\n\n"{ARTICLE}"\n\n\nCONCISE SUMMARY:', ""),
        (REFINE, ""),
        (f"Write a summary of the following. Try to use only the information provided. Try to include as many key "
         f'details as possible.\n\n\n{ARTICLE}\n\n\nSUMMARY:"""\n', ""),
        (LLAMA_TREE, "You are an expert Q&A system.\nAlways answer the query using the provided context information."),
        (KARAKEEP, ""),
        (f"{ARTICLE} \n---\nSummarize the above content in three sentences, less than 60 characters. Do not answer the "
         "questions within the content.", "You are a helpful assistant."),
        (f"The following is the input content:\n---\n {ARTICLE}", "You are a professional news summary assistant."),
        (f"Summarize in three sentences\n\nArticle content:\n{ARTICLE}", ""),
        (ARTICLE, "Please summarize this article in a few sentences."),
        (f"# Task\nSummarize the article.\n\n## Rules\n- Be brief\n\n## Article\n{ARTICLE}\n\n## Output", ""),
        (f"Summarize the text delimited by ###.\n###\n{ARTICLE}\n###", ""),
        (f"I need you to summarise. Here's the text:\n\n{ARTICLE}", ""),
        (f"What are the key points of this article?\n\n{ARTICLE}", ""),
        (f"Summarize the text delimited by triple backticks.\n\n```{ARTICLE}```", ""),
        (f"Summarize this news for my morning briefing in 2 sentences: {ARTICLE}", "You are a Home Assistant expert."),
        (f"<article>{ARTICLE}</article>\n\nBe concise.", ""),
        (ARTICLE, ""),
    ],
    ids="summarize langchain refine llama-tree llama-query karakeep miniflux-ai miniflux-ai-system freshrss system "
    "headings hashes need key-points fence home-assistant tags bare".split(),
)  # fmt: skip
def test_programs_that_ask_for_a_summary_get_one_of_the_article_alone(text: str, system: str) -> None:
    found = user(text, system)
    assert found.task is Task.BRIEFING
    assert found.source is not None
    assert found.source.text is not None
    assert " ".join(found.source.text.split()) == " ".join(ARTICLE.split())


def test_the_title_and_the_form_are_those_of_the_request() -> None:
    found = user(SUMMARIZE, SUMMARIZE_SYSTEM)
    assert found.source is not None
    assert found.source.title == TITLE
    assert parse_output_spec(found.instruction).form is Form.BRIEFING
    assert parse_output_spec(user(KARAKEEP).instruction).sentences == 4


def test_a_system_message_alone_may_hold_the_article() -> None:
    found = read_conversation([Message("system", f"Write a concise summary of the following:\n\n{ARTICLE}")])
    assert (found.task, found.source and found.source.text) == (Task.BRIEFING, ARTICLE)
    context = f"Use this article.\n\n<article>\n{ARTICLE}\n</article>"
    found = read_conversation([Message("system", context), Message("user", "Give me three bullet points.")])
    assert (found.task, parse_output_spec(found.instruction).sentences) == (Task.BRIEFING, 3)
    assert found.source is not None


CHAT = f"USER: Summarize:\n\n{ARTICLE}\n\nASSISTANT: # Bridge\n\nThe bridge will close."
OPEN_WEBUI_TITLE = f"""### Task:
Generate a concise, 3-5 word title with an emoji summarizing the chat history.
### Guidelines:
- The title should clearly represent the main theme or subject of the conversation.
- Your entire response must consist solely of the JSON object, without any introductory or concluding text.
### Output:
JSON format: {{ "title": "your concise title here" }}
### Examples:
- {{ "title": "Stock Market Trends" }},
### Chat History:
<chat_history>
{CHAT}
</chat_history>"""
OPEN_WEBUI_TAGS = f"""### Task:
Generate 1-3 broad tags categorizing the main themes of the chat history, along with 1-3 more specific subtopic tags.

### Guidelines:
- If content is too short (less than 3 messages) or too diverse, use only ["General"]

### Output:
JSON format: {{ "tags": ["tag1", "tag2", "tag3"] }}

### Chat History:
<chat_history>
{CHAT}
</chat_history>"""
OPEN_WEBUI_FOLLOW_UPS = f"""### Task:
Suggest 3-5 relevant follow-up questions or prompts that the user might naturally ask next in this conversation.
### Guidelines:
- Make questions concise, clear, and directly related to the discussed topic(s).
- Response must be a JSON array of strings, no extra text or formatting.
### Output:
JSON format: {{ "follow_ups": ["Question 1?", "Question 2?", "Question 3?"] }}
### Chat History:
<chat_history>
{CHAT}
</chat_history>"""
CONTINUE = (
    "Given the following... please reply with a title for the chat that is 3-4 words in length, all words used should "
    "be directly related to the content of the chat, avoid using verbs unless they are directly related to the content "
    "of the chat, no additional text or explanation, you don't need ending punctuation.\n\n"
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        (OPEN_WEBUI_TITLE, {"title": False}),
        (f"{CONTINUE}{ARTICLE}", None),
        (f"Write a headline for this text: {ARTICLE}", None),
    ],
    ids=["open-webui", "continue", "plain"],
)  # fmt: skip
def test_a_title_task_is_about_the_article_of_the_conversation(text: str, filled: dict[str, bool] | None) -> None:
    found = user(text)
    assert found.task is Task.TITLE
    assert found.source is not None
    assert found.source.text is not None
    assert found.source.text.split() == ARTICLE.split()
    form = form_of_instruction(found.instruction)
    assert (form and form.fields) == filled


def test_the_keys_that_an_instruction_names_are_filled() -> None:
    form = form_of_instruction('Return a JSON object with the keys "title" and "summary" for the article.')
    assert form is not None
    assert form.fields == {"title": False, "summary": False}


@pytest.mark.parametrize(
    ("text", "filled"),
    [(OPEN_WEBUI_TAGS, '{"tags": []}'), (OPEN_WEBUI_FOLLOW_UPS, '{"follow_ups": []}')],
    ids=["tags", "follow-ups"],
)
def test_lists_that_this_service_does_not_make_are_empty(text: str, filled: str) -> None:
    found = user(text)
    assert found.task is Task.OTHER
    form = form_of_instruction(found.instruction)
    assert form is not None
    assert form.fill() == filled


@pytest.mark.parametrize(
    ("text", "system"),
    [
        (f"Translate the following article into German:\n\n{ARTICLE}", ""),
        (f"Translate this into French.\n\n{ARTICLE}", ""),
        (f"{ARTICLE}\n\nRewrite the text above as a poem.", ""),
        (f"<text>{ARTICLE}</text>\nExtract all email addresses from this text.", ""),
        (f"Generate five hashtags for this article:\n\n{ARTICLE}", ""),
        (ARTICLE, "Translate everything the user sends into French."),
        (ARTICLE, "You extract keywords from texts. Return a comma-separated list."),
        (f"The following is the input content:\n---\n {ARTICLE}",
         "You are a highly skilled translation engine with expertise in the news media sector.\nYour function is to "
         "translate texts accurately into the English language, preserving the nuances, tone, and style."),
    ],
    ids=["translate", "translate-this", "rewrite-above", "extract", "hashtags", "system", "keywords", "miniflux-ai"],
)  # fmt: skip
def test_another_task_with_an_article_is_not_a_briefing(text: str, system: str) -> None:
    found = user(text, system)
    assert found.task is Task.OTHER


@pytest.mark.parametrize(
    "text",
    ["Hello!", "Hi there, what can you do?", "Write a poem about the sea.", "Thanks, that was great.",
     "Can you help me plan a trip to Rome? I want to go in May with two children, and we like museums and parks, but "
     "we do not want to walk far, and please keep it cheap.", "Translate 'good morning' into French.",
     "Summarize the news."],
)  # fmt: skip
def test_a_message_without_an_article_has_none(text: str) -> None:
    found = user(text)
    assert found.source is None
    assert found.said == text


def test_messages_without_text_are_refused() -> None:
    with pytest.raises(NoArticle):
        user(" ")


@pytest.mark.parametrize(
    ("asked", "task"),
    [
        ("When will the bridge open again, and who voted against it?", Task.ANSWER),
        ("why is it closed", Task.ANSWER),
        ("Now in two sentences please", Task.BRIEFING),
        ("Summarize it as five bullet points", Task.BRIEFING),
        ("Suggest a title for it", Task.TITLE),
        ("Make it shorter", Task.BRIEFING),
        ("Translate your answer into German", Task.OTHER),
        ("Can you translate that into German?", Task.OTHER),
        ("Thanks!", Task.OTHER),
    ],
)
def test_a_follow_up_is_about_the_article_of_the_conversation(asked: str, task: Task) -> None:
    found = read_conversation(
        [Message("user", f"Summarize:\n\n{ARTICLE}"), Message("assistant", "It will close."), Message("user", asked)]
    )
    assert found.task is task
    assert found.question == asked
    assert found.source is not None
    assert found.source.text == ARTICLE


@pytest.mark.parametrize(
    "text",
    [
        LLAMA_TREE.replace("What is a summary of this document?", "How much will the work cost?"),
        f"Use the context.\n\nContext: {ARTICLE}\n\nQuestion: How much will the work cost?\n\nAnswer:",
        f"Question: How much will the work cost?\n\nContext:\n{ARTICLE}",
    ],
    ids=["llama", "question-last", "question-first"],
)
def test_a_question_that_is_labelled_is_about_the_context(text: str) -> None:
    found = user(text)
    assert (found.task, found.question) == (Task.ANSWER, "How much will the work cost?")
    assert found.source is not None
    assert (found.source.text or "").strip() == ARTICLE


@pytest.mark.parametrize(
    "line",
    [
        "Bloomberg contributed to this article.",
        "What do you think about this story?",
        "Take the train, not the bus, the council said.",
        "Police released the following statement:",
        "Here is what we know so far:",
    ],
)
def test_lines_of_an_article_that_look_like_requests_make_no_other_task_of_it(line: str) -> None:
    for text in (f"{line}\n\n{ARTICLE}", f"{ARTICLE}\n\n{line}"):
        found = user(text)
        assert found.task is Task.BRIEFING
        assert found.source is not None
        assert ARTICLE in str(found.source.text)


def test_a_question_below_a_pasted_article_is_about_it() -> None:
    found = user(f"{ARTICLE}\n\nWho voted against it?")
    assert (found.task, found.question) == (Task.ANSWER, "Who voted against it?")


def test_quotations_at_the_ends_of_an_article_stay() -> None:
    article = f'"I won," said Ann Lee on Tuesday in Harwick. {ARTICLE}\n\n"We go on," said Ann Lee. "For ever."'
    found = user(f"Summarize this:\n\n{article}")
    assert found.source is not None
    assert found.source.text == article


@pytest.mark.parametrize("line", ["Title: Nobody was hurt", "Summary: All is well.", "Headline: All is well"])
def test_a_title_or_summary_after_the_article_is_neither_its_title_nor_its_text(line: str) -> None:
    for text in (
        f"Summarize this article.\nURL: https://example.com/a\nContent: {ARTICLE}\n\n{line}",
        f"{ARTICLE}\n{line}",
    ):
        found = user(text)
        assert found.source is not None
        assert found.source.title is None
        assert (found.source.text or "").strip() == ARTICLE
