package org.xuncha.app.screens

import android.os.Bundle
import android.os.Handler
import android.os.Looper
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Located
import org.xuncha.app.Place
import org.xuncha.app.Screen
import org.xuncha.app.fixOrNull
import org.xuncha.app.platform.Shot
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Settling
import org.xuncha.core.Answer
import org.xuncha.core.BookException
import org.xuncha.core.ChoiceLine
import org.xuncha.core.DraftItem
import org.xuncha.core.DraftPage
import org.xuncha.core.FieldBook
import org.xuncha.core.FieldErrorCode
import org.xuncha.core.ItemAnswer
import org.xuncha.core.MinorsSeen
import org.xuncha.core.placardInPhoto

/**
 * 检查: one question a page, then what was asked for with the answer, then the summary.
 *
 * Each answer is in the core before the next page is drawn. What is kept here besides is in [Steps].
 */
class InspectionScreen(host: Host, place: Place) : Screen(host, place) {
    private val draft = place.about
    private val steps = Steps.of(place.state)
    private val isSaving get() = host.phone.work.isBusyWith(draft)
    private var isSavingShown = false
    private var isLocating = false
    private val voice = QuestionVoice(host)
    private val main = Handler(Looper.getMainLooper())
    private val keeping = Runnable { keep(isAsked = false) }

    /** What was taken in or tried in vain since the page came into sight: a failure is told once. */
    private val tried = HashSet<Shot>()
    private var finishesWithout = false

    /** Whether 完成 was tapped and waits for the photos that lay there still. */
    private var finishesOnceSaved = false

    /** What one more tap gives up is not given up by the second tap of a trembling finger. */
    private val settling = Settling()
    private val photosLeft get() = if (isSaving) 0 else host.leftShots(draft).size

    init {
        val page = host.phone.book().draft(draft)
        if (place.state.isEmpty) reopen(page)
        if (page.readsPosition && !steps.askedPosition) locate(isAsked = false)
    }

    override fun save(state: Bundle) = steps.save(state)

    override fun onHidden() {
        keep(isAsked = false)
    }

    override fun onLeave() = main.removeCallbacks(keeping)

    /** While one writes: once that pauses. The process may die without a word, as from an empty battery. */
    private fun keepSoon() {
        main.removeCallbacks(keeping)
        main.postDelayed(keeping, PAUSE_MS)
    }

    /** Keeps what is half entered, wherever one goes from here; false if it can't be, which was told then. */
    private fun keep(isAsked: Boolean = true): Boolean {
        if (!steps.isEntering) return true
        val page = attempt(isAsked) { it.draft(draft) } ?: return false
        val item = page.items.find { it.item == page.current } ?: return true
        return attempt(isAsked) { book ->
            steps.note?.let { book.setNote(draft, item.item, steps.noteOrNull()) }
            steps.words?.let { words ->
                book.answer(draft, ItemAnswer(item.item, textOf(words), noteOf(item)))
                book.goTo(draft, item.item)
            }
            steps.half?.let { book.setBegun(draft, item.item, it) }
            Unit
        } != null
    }

    private fun <T : Any> attempt(isAsked: Boolean, work: (FieldBook) -> T): T? = if (isAsked) host.trying(work) else host.unasked(work)

    private fun textOf(words: String): Answer = if (words.isBlank()) Answer.NotLooked else Answer.Text(words.trim())

    private fun noteOf(item: DraftItem): String? = if (steps.note == null) item.note else steps.noteOrNull()

    override fun onOpened() = takeInLeft()

    override fun onWork() {
        takeInLeft()
        if (finishesOnceSaved && !isSaving) return finish()
        if (isSavingShown != isSaving) host.refresh()
    }

    override fun draw(): Page {
        isSavingShown = isSaving
        val page = host.phone.book().draft(draft)
        val item = page.items.find { it.item == page.current }
        return when {
            steps.step == Step.SUMMARY || item == null -> summary(page)
            steps.step == Step.MINORS -> minors(page, item)
            steps.step == Step.NOTE -> note(page, item)
            steps.step == Step.PHOTO -> photo(page, item)
            else -> question(page, item)
        }.also { if (item != null) voice.onShown(steps.step, item, chosen(item)) }
    }

    private fun question(page: DraftPage, item: DraftItem): Page =
        QuestionPage(
            kit,
            page,
            item,
            steps,
            host.phone.pictures,
            isSaving,
            photosLeft,
            object : QuestionPage.Taps {
                override fun choose(choice: ChoiceLine) = this@InspectionScreen.choose(item, choice)

                override fun notLooked() = answer(item, Answer.NotLooked)

                override fun text(words: String) = answer(item, textOf(words))

                override fun write(words: String) {
                    steps.words = words
                    keepSoon()
                }

                override fun note() = step(Step.NOTE)

                override fun takePhoto() = host.takePhoto(draft, item.item)

                override fun removePhoto(photo: String) = this@InspectionScreen.removePhoto(photo)

                override fun saveAgain() = this@InspectionScreen.saveAgain()

                override fun basis() {
                    steps.showsBasis = !steps.showsBasis
                    host.redraw()
                }

                override fun readAloud() = voice.read(item)

                override fun before() = beside(page, item, -1)

                override fun after() = beside(page, item, +1)

                override fun back() = this@InspectionScreen.back()
            },
        ).draw()

    private fun minors(page: DraftPage, item: DraftItem): Page {
        val choice = checkNotNull(chosen(item))
        return MinorsPage(kit, page, item, choice, steps.minors, host.phone.locale(), ::seen, onBack = ::toQuestion) { seen ->
            answer(item, Answer.Choice(choice.code, seen))
        }.draw()
    }

    /** The choice that is asked more about. */
    private fun chosen(item: DraftItem): ChoiceLine? = item.choices.find { it.code == steps.choice }

    /** On the phone with each tap: it is no answer before it is confirmed, and is there to go on with. */
    private fun seen(minors: MinorsSeen) {
        steps.minors = minors
        keep()
        host.redraw()
    }

    private fun note(page: DraftPage, item: DraftItem): Page =
        NotePage(
            kit,
            item,
            steps.note ?: item.note.orEmpty(),
            onChange = {
                steps.note = it
                keepSoon()
            },
            onBack = ::toQuestion,
            onDone = ::toQuestion,
        ).draw()

    private fun photo(page: DraftPage, item: DraftItem): Page =
        PhotoPage(
            kit,
            item,
            page.photos.filter { it.item == item.item },
            isSaving,
            page.littleRoom,
            photosLeft,
            steps.leadsToSummary(page, item),
            onRetry = ::saveAgain,
            onTake = { host.takePhoto(draft, item.item) },
            onBack = ::toQuestion,
            onNext = { beside(page, item, +1) },
        ).draw()

    private fun summary(page: DraftPage): Page =
        SummaryPage(
            kit,
            page,
            isLocating,
            isSaving,
            photosLeft,
            object : SummaryPage.Taps {
                override fun edit(item: DraftItem) {
                    finishesOnceSaved = false
                    steps.fromSummary = true
                    steps.begin(Step.QUESTION)
                    change { it.goTo(draft, item.item) }
                }

                override fun locate() = this@InspectionScreen.locate(isAsked = true)

                override fun scanPlacard() = host.takePhoto(draft)

                override fun saveAgain() = this@InspectionScreen.saveAgain()

                override fun finish() = this@InspectionScreen.finish()

                override fun back() = this@InspectionScreen.back()

                override fun discard() = this@InspectionScreen.discard()
            },
            steps,
        ).draw()

    private fun choose(item: DraftItem, choice: ChoiceLine) {
        if (!choice.asksMinors) return answer(item, Answer.Choice(choice.code, null))
        if (!keep()) return
        followUp(item, choice)
        keep()
        host.redraw()
    }

    private fun followUp(item: DraftItem, choice: ChoiceLine) {
        val entered = listOf(item.begun, item.answer?.answer).filterIsInstance<Answer.Choice>()
        steps.begin(Step.MINORS)
        steps.choice = choice.code
        entered.find { it.choice == choice.code }?.minors?.let { steps.minors = it }
    }

    /** A follow-up that was on the screen when the process died and nothing of the screen was kept. */
    private fun reopen(page: DraftPage) {
        val item = page.items.find { it.item == page.current } ?: return
        val begun = item.begun as? Answer.Choice ?: return
        item.choices.find { it.code == begun.choice && it.asksMinors }?.let { followUp(item, it) }
    }

    private fun answer(item: DraftItem, answer: Answer) {
        val after = host.trying {
            it.answer(draft, ItemAnswer(item.item, answer, noteOf(item)))
            it.draft(draft)
        } ?: return
        val wantsPhoto = after.items.any { it.item == item.item && it.wantsPhoto }
        steps.begin(if (wantsPhoto) Step.PHOTO else Step.QUESTION)
        if (wantsPhoto) change { it.goTo(draft, item.item) } else onward()
    }

    /** After an answer: the next question, or the summary it was opened from. */
    private fun onward() {
        if (steps.fromSummary) steps.step = Step.SUMMARY
        steps.fromSummary = false
        host.redraw()
    }

    /** The question before or after; after the last one the summary. */
    private fun beside(page: DraftPage, item: DraftItem, by: Int) {
        if (!keep()) return
        val next = page.items.getOrNull(page.items.indexOf(item) + by)
        steps.begin(if (next == null || steps.fromSummary) Step.SUMMARY else Step.QUESTION)
        steps.fromSummary = false
        if (next != null && steps.step == Step.QUESTION) change { it.goTo(draft, next.item) } else host.redraw()
    }

    private fun step(step: Step) {
        steps.step = step
        host.redraw()
    }

    /** From what belongs to a question back to it. */
    private fun toQuestion() {
        if (!keep()) return
        steps.begin(Step.QUESTION)
        host.redraw()
    }

    /**
     * From the summary to the last question, from a question that was opened there to the summary, from any other out of
     * the inspection, which is safe in the core.
     */
    private fun back() {
        finishesOnceSaved = false
        if (!keep()) return
        val page = host.unasked { it.draft(draft) } ?: return host.back()
        when {
            steps.step == Step.SUMMARY || page.current == null -> {
                steps.begin(Step.QUESTION)
                change { it.goTo(draft, page.items.last().item) }
            }

            steps.fromSummary -> {
                steps.begin(Step.SUMMARY)
                steps.fromSummary = false
                host.redraw()
            }

            else -> host.back()
        }
    }

    private fun removePhoto(photo: String) {
        if (photo == steps.reallyRemoves) {
            if (!settling.isUnderWay) change { it.removePhoto(draft, photo) }
            return
        }
        steps.reallyRemoves = photo
        settling.moved()
        host.redraw()
    }

    private fun change(work: (FieldBook) -> Unit) {
        if (host.trying(work) != null) host.redraw()
    }

    private fun locate(isAsked: Boolean) {
        isLocating = true
        host.readPosition { found ->
            isLocating = false
            steps.askedPosition = true
            found.fixOrNull?.let { fix -> host.trying { it.setFix(draft, fix) } }
            if (isAsked && found is Located.Not) host.tell(string(found.advice)) else host.refresh()
        }
        host.refresh()
    }

    override fun onPhoto(shot: Shot?) {
        if (shot != null && shot.about == draft) takeIn(shot)
    }

    /**
     * What was taken when the process died, and not saved, or had no room. One that was just saved when the process
     * died comes twice: better than never.
     */
    private fun takeInLeft() {
        if (!isSaving) host.leftShots(draft).filter { it !in tried }.forEach(::takeIn)
    }

    /** Once there may be room again, as after somebody deleted a video. */
    override fun onShown() {
        if (isSaving) return
        tried.clear()
        takeInLeft()
    }

    /** Saves a photo of a question, or reads one of the placard. It goes on though the screen is left; until then nothing is finished. */
    private fun takeIn(shot: Shot) {
        tried += shot
        finishesWithout = false
        val (path, item) = shot.file.path to shot.item
        val read: suspend (FieldBook) -> Unit = { book ->
            try {
                if (item == null) book.scanPlacard(draft, placardInPhoto(path)) else book.addPhoto(draft, path, item)
                shot.file.delete()
            } catch (error: BookException) {
                // A photo that only had no room is tried again: whoever stood there can't take it once more.
                if (item == null || error.isFinal()) shot.file.delete()
                throw error
            }
        }
        // What was not taken in is told, and nothing is finished over it.
        host.later(draft, read) { taken -> if (taken == null) finishesOnceSaved = false }
        host.redraw()
    }

    /** Whoever made room asks for it. */
    private fun saveAgain() {
        tried.clear()
        takeInLeft()
    }

    /** Whether no later try takes the photo in. */
    private fun BookException.isFinal(): Boolean = this is BookException.Failed && code in FINAL

    private fun finish() {
        if (isSaving) return
        // What had no room before may have it now; whoever taps once more goes without.
        if (!finishesWithout && host.leftShots(draft).isNotEmpty()) {
            finishesOnceSaved = true
            saveAgain()
            finishesWithout = true
            return
        }
        finishesOnceSaved = false
        val saved = host.trying { it.finish(draft) } ?: return
        dropLeft()
        host.replace(Kind.DONE, saved.record)
        host.phone.uploads.start()
    }

    private fun discard() {
        if (!steps.reallyDiscard) {
            steps.reallyDiscard = true
            settling.moved()
            host.redraw()
        } else if (settling.isUnderWay) {
            return
        } else if (host.trying { it.discard(draft) } != null) {
            dropLeft()
            host.begin(Kind.HOME)
        }
    }

    private fun dropLeft() = host.leftShots(draft).forEach { it.file.delete() }

    override fun onBack(): Boolean {
        if (steps.step == Step.QUESTION || steps.step == Step.SUMMARY) back() else toQuestion()
        return true
    }

    private companion object {
        const val PAUSE_MS = 1_000L

        val FINAL = setOf(
            FieldErrorCode.NOT_A_PICTURE,
            FieldErrorCode.PICTURE_CUT,
            FieldErrorCode.PICTURE_TOO_LARGE,
            FieldErrorCode.TOO_MANY,
            FieldErrorCode.NOT_FOUND,
        )
    }
}
