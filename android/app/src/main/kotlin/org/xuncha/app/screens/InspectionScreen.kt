package org.xuncha.app.screens

import android.os.Bundle
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.core.Answer
import org.xuncha.core.BookException
import org.xuncha.core.ChoiceLine
import org.xuncha.core.DraftItem
import org.xuncha.core.DraftPage
import org.xuncha.core.ItemAnswer
import org.xuncha.core.MinorsSeen
import org.xuncha.core.placardInPhoto
import java.io.File

/**
 * 检查: one question a page, then what was asked for with the answer, then the summary.
 *
 * Each answer is in the core before the next page is drawn. What is kept here besides is in [Steps].
 */
class InspectionScreen(host: Host, place: Place) : Screen(host, place) {
    private val draft = place.about
    private val steps = Steps.of(place.state)
    private var isSavingPhoto = false
    private var isLocating = false

    init {
        val page = host.phone.book().draft(draft)
        if (!page.hasFix && page.corrects == null && !steps.askedPosition) locate()
    }

    override fun save(state: Bundle) = steps.save(state)

    /** A question with a remark and no answer is one that was not looked at, until it is answered. */
    override fun onHidden() {
        val page = host.trying { it.draft(draft) } ?: return
        val item = page.items.find { it.item == page.current } ?: return
        val given = item.answer?.answer ?: Answer.NotLooked
        val words = steps.words?.trim()?.ifEmpty { null }
        if (words == null && steps.note == null) return
        val note = if (steps.note == null) item.answer?.note else steps.noteOrNull()
        host.trying {
            it.answer(draft, ItemAnswer(item.item, words?.let(Answer::Text) ?: given, note))
            it.goTo(draft, item.item)
        }
    }

    override fun draw(): Page {
        val page = host.phone.book().draft(draft)
        val item = page.items.find { it.item == page.current }
        return when {
            steps.step == Step.SUMMARY || item == null -> summary(page)
            steps.step == Step.MINORS -> minors(page, item)
            steps.step == Step.NOTE -> note(page, item)
            steps.step == Step.PHOTO -> photo(page, item)
            else -> question(page, item)
        }
    }

    private fun question(page: DraftPage, item: DraftItem): Page =
        QuestionPage(
            kit,
            page,
            item,
            steps,
            isSavingPhoto,
            object : QuestionPage.Taps {
                override fun choose(choice: ChoiceLine) = this@InspectionScreen.choose(page, item, choice)

                override fun notLooked() = answer(page, item, Answer.NotLooked)

                override fun text(words: String) = answer(page, item, if (words.isBlank()) Answer.NotLooked else Answer.Text(words.trim()))

                override fun note() = step(Step.NOTE)

                override fun takePhoto() = host.takePhoto()

                override fun removePhoto(photo: String) = change { it.removePhoto(draft, photo) }

                override fun showPhoto(photo: String): String? =
                    try {
                        host.phone.book().photo(photo)
                    } catch (_: BookException) {
                        // A picture that cannot be shown is no reason to hide the question.
                        null
                    }

                override fun basis() {
                    steps.showsBasis = !steps.showsBasis
                    host.redraw()
                }

                override fun readAloud() = host.say(spoken(item))

                override fun before() = beside(page, item, -1)

                override fun after() = beside(page, item, +1)

                override fun back() = host.back()
            },
        ).draw()

    private fun minors(page: DraftPage, item: DraftItem): Page {
        val choice = item.choices.first { it.code == steps.choice }
        return MinorsPage(kit, page, item, choice, steps.minors, host.phone.locale(), ::seen, onBack = { step(Step.QUESTION) }) { seen ->
            answer(page, item, Answer.Choice(choice.code, seen))
        }.draw()
    }

    private fun seen(minors: MinorsSeen) {
        steps.minors = minors
        host.redraw()
    }

    private fun note(page: DraftPage, item: DraftItem): Page =
        NotePage(kit, item, steps.note ?: item.answer?.note.orEmpty(), onChange = { steps.note = it }, onBack = { step(Step.QUESTION) }) {
            val given = item.answer
            if (given != null) {
                change { book ->
                    book.answer(draft, given.copy(note = steps.noteOrNull()))
                    book.goTo(draft, item.item)
                    steps.note = null
                }
            }
            step(Step.QUESTION)
        }.draw()

    private fun photo(page: DraftPage, item: DraftItem): Page =
        PhotoPage(
            kit,
            item,
            page.photos.filter {
                it.item == item.item
            },
            isSavingPhoto,
            page.littleRoom,
            onTake = host::takePhoto,
            onBack = { step(Step.QUESTION) },
        ) {
            beside(page, item, +1)
        }.draw()

    private fun summary(page: DraftPage): Page =
        SummaryPage(
            kit,
            page,
            isLocating,
            object : SummaryPage.Taps {
                override fun edit(item: DraftItem) {
                    steps.fromSummary = true
                    steps.begin(Step.QUESTION)
                    change { it.goTo(draft, item.item) }
                }

                override fun locate() = this@InspectionScreen.locate()

                override fun scanPlacard() {
                    steps.scansPlacard = true
                    host.takePhoto()
                }

                override fun finish() = this@InspectionScreen.finish()

                override fun back() = host.back()

                override fun discard() = this@InspectionScreen.discard()
            },
            steps,
        ).draw()

    private fun choose(page: DraftPage, item: DraftItem, choice: ChoiceLine) {
        if (!choice.asksMinors) return answer(page, item, Answer.Choice(choice.code, null))
        val given = item.answer?.answer as? Answer.Choice
        steps.begin(Step.MINORS)
        steps.choice = choice.code
        given?.minors?.let { steps.minors = it }
        host.redraw()
    }

    private fun answer(page: DraftPage, item: DraftItem, answer: Answer) {
        val note = if (steps.note == null) item.answer?.note else steps.noteOrNull()
        host.trying { it.answer(draft, ItemAnswer(item.item, answer, note)) } ?: return
        val asksPhoto = item.asksPhoto && answer is Answer.Choice && page.photos.none { it.item == item.item }
        steps.begin(if (asksPhoto) Step.PHOTO else Step.QUESTION)
        if (asksPhoto) change { it.goTo(draft, item.item) } else onward()
    }

    /** After an answer: the next question, or the summary it was opened from. */
    private fun onward() {
        if (steps.fromSummary) steps.step = Step.SUMMARY
        steps.fromSummary = false
        host.redraw()
        if (host.phone.choices.readsAloud) readNext()
    }

    private fun readNext() {
        val page = host.trying { it.draft(draft) } ?: return
        page.items.find { it.item == page.current }?.let { host.say(spoken(it)) }
    }

    /** The question before or after; after the last one the summary. */
    private fun beside(page: DraftPage, item: DraftItem, by: Int) {
        val next = page.items.getOrNull(page.items.indexOf(item) + by)
        steps.begin(if (next == null || steps.fromSummary) Step.SUMMARY else Step.QUESTION)
        steps.fromSummary = false
        if (next != null && steps.step == Step.QUESTION) change { it.goTo(draft, next.item) } else host.redraw()
    }

    private fun step(step: Step) {
        steps.step = step
        host.redraw()
    }

    private fun change(work: (org.xuncha.core.FieldBook) -> Unit) {
        if (host.trying(work) != null) host.redraw()
    }

    private fun spoken(item: DraftItem): String =
        listOf(item.question, item.choices.joinToString(",") { it.label }).joinToString(" ")

    private fun locate() {
        isLocating = true
        host.readPosition { fix ->
            isLocating = false
            steps.askedPosition = true
            if (fix != null) host.trying { it.setFix(draft, fix) }
            host.redraw()
        }
    }

    override fun onPhoto(file: File?) {
        if (file == null) return
        if (steps.scansPlacard) return placard(file)
        val page = host.trying { it.draft(draft) } ?: return
        val item = page.current
        isSavingPhoto = true
        host.redraw()
        host.later({ book ->
            try {
                book.addPhoto(draft, file.path, item)
            } finally {
                file.delete()
            }
        }) {
            isSavingPhoto = false
            host.redraw()
        }
    }

    private fun placard(file: File) {
        steps.scansPlacard = false
        host.later({ book ->
            try {
                book.scanPlacard(draft, placardInPhoto(file.path))
            } finally {
                file.delete()
            }
        }) { host.redraw() }
    }

    private fun finish() {
        val saved = host.trying { it.finish(draft) } ?: return
        host.replace(Kind.DONE, saved.record)
        host.phone.uploads.start()
    }

    private fun discard() {
        if (!steps.reallyDiscard) {
            steps.reallyDiscard = true
            host.redraw()
        } else if (host.trying { it.discard(draft) } != null) {
            host.begin(Kind.HOME)
        }
    }

    /** Back leads to the page before; only from a question, out of the inspection, which is safe in the core. */
    override fun onBack(): Boolean {
        if (steps.step == Step.QUESTION || steps.step == Step.SUMMARY) return false
        step(Step.QUESTION)
        return true
    }
}
