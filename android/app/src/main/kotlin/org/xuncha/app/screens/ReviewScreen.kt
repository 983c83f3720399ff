package org.xuncha.app.screens

import android.graphics.Bitmap
import android.os.Bundle
import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Signs
import org.xuncha.app.ui.picture
import org.xuncha.app.ui.pictureOf
import org.xuncha.core.AnswerLine
import org.xuncha.core.FieldBook
import org.xuncha.core.ReviewPage
import org.xuncha.core.ReviewPhoto

/**
 * 审核: a record as the hub tells it, for the head to look at before deciding. Nothing of it is kept on this phone: with
 * the screen it is gone.
 */
class ReviewScreen(host: Host, place: Place) : Screen(host, place) {
    private var shown: ReviewPage? = null
    private val pictures = HashMap<String, Bitmap>()

    /** What reading it is called while it is under way; a decision on it is called by the record, as in the list. */
    private val reading = "reading ${place.about}"
    private var isReturning = place.state.getBoolean(RETURNING)
    private var reason: String = place.state.getString(REASON).orEmpty()

    override fun save(state: Bundle) {
        state.putBoolean(RETURNING, isReturning)
        state.putString(REASON, reason)
    }

    override fun onOpened() = read()

    override fun onWork() = host.refresh()

    override fun onBack(): Boolean {
        if (!isReturning) return false
        leaveReason()
        return true
    }

    override fun draw(): Page {
        val shown = shown ?: return page(string(R.string.review_title), awaited())
        if (isReturning && shown.waits) return reasonPage(shown)
        return page(string(R.string.review_title), content(shown), if (shown.waits) listOf(decisions()) else emptyList())
    }

    /** It is on its way, for some seconds on a weak line. */
    private fun awaited(): View =
        if (isBusyWith(reading)) {
            kit.signed(R.drawable.ic_clock, string(R.string.reading_content), kit.palette.wait.ink, bold = true)
        } else {
            kit.secondary(string(R.string.try_again), R.drawable.ic_refresh, ::read)
        }

    private fun content(shown: ReviewPage): View {
        val said = shown.content
        val (skipped, answered) = said?.answers.orEmpty().partition { it.skipped }
        val line = shown.line
        return kit.column(
            kit.heading(line.venueName),
            kit.softText(if (line.isCorrection) string(R.string.correction_of, line.`when`) else line.`when`),
            kit.signed(R.drawable.ic_people, line.people.joinToString("、") { it.name }),
            if (shown.waits) null else kit.signed(R.drawable.ic_list, shown.review, bold = true),
            shown.note?.let { kit.warning(it) },
            *kit.part(R.string.found, line.findings.map { kit.findingCard(it) }).toTypedArray(),
            said?.evidence?.let { kit.evidenceCard(it) },
            said?.note?.let { kit.signed(R.drawable.ic_pencil, it) },
            *kit.part(string(R.string.skipped, skipped.size), skipped.map { kit.answerCard(it) }).toTypedArray(),
            *kit.part(string(R.string.answered, answered.size), answered.map { kit.answerCard(it) }).toTypedArray(),
            *kit.part(R.string.photos, shown.photos.map { photo(it, said?.answers.orEmpty()) }).toTypedArray(),
            kit.softText(string(R.string.nothing_kept)),
        )
    }

    private fun photo(photo: ReviewPhoto, answers: List<AnswerLine>): View {
        val of = answers.find { it.item == photo.item }?.question ?: string(R.string.of_the_venue)
        val picture = pictures[photo.id]
        return kit.card(
            kit.text(of),
            when {
                picture != null -> kit.picture(picture, string(R.string.photo_of, of))
                !photo.canBeSeen -> kit.signed(Signs.notLooked, photo.text, kit.palette.inkSoft)
                isBusyWith(photo.id) -> kit.signed(R.drawable.ic_clock, string(R.string.reading_content), kit.palette.wait.ink)
                else -> kit.secondary(string(R.string.see_photo), R.drawable.ic_camera) { read(photo) }.apply {
                    contentDescription = string(R.string.see_photo_of, of)
                }
            },
        )
    }

    private fun decisions(): View =
        if (isBusyWith(place.about)) {
            kit.unavailable(string(R.string.sending), R.drawable.ic_clock)
        } else {
            kit.pair(
                kit.secondary(string(R.string.return_it), R.drawable.ic_return, ::askReason),
                kit.primary(string(R.string.approve), R.drawable.ic_check, ::approve),
                inFoot = true,
            )
        }

    private fun reasonPage(shown: ReviewPage): Page =
        ReasonPage(kit, shown.line.venueName, shown.usualReasons, reason, isBusyWith(place.about), Reasons()).draw()

    private inner class Reasons : ReasonPage.Taps {
        override fun type(words: String) {
            reason = words
        }

        override fun choose(words: String) {
            reason = words
            host.redraw()
        }

        override fun giveBack() = send()

        override fun leave() = leaveReason()
    }

    private fun askReason() {
        isReturning = true
        host.redraw()
    }

    private fun leaveReason() {
        isReturning = false
        host.redraw()
    }

    private fun read() {
        host.later(reading, { it.recordToReview(place.about) }) { read -> shown = read ?: shown }
        host.redraw()
    }

    private fun read(photo: ReviewPhoto) {
        host.later(photo.id, { listOfNotNull(pictureOf(it.photoToReview(place.about, photo.id))) }) { read ->
            if (read == null) return@later
            val picture = read.firstOrNull() ?: return@later host.tell(string(R.string.photo_broken))
            pictures[photo.id] = picture
        }
        host.redraw()
    }

    private fun approve() = decide(R.string.approved_told) { it.approve(place.about) }

    private fun send() {
        val given = reason.trim()
        decide(R.string.returned_told) { it.returnRecord(place.about, given) }
    }

    /** What is decided waits no more: back to those that do. */
    private fun decide(told: Int, decision: suspend (FieldBook) -> Unit) {
        host.later(place.about, decision) { done ->
            if (done == null) return@later
            host.back()
            host.tell(string(told), isGood = true)
        }
        host.redraw()
    }

    private fun isBusyWith(what: String): Boolean = host.phone.work.isBusyWith(what)

    private companion object {
        const val RETURNING = "returning"
        const val REASON = "reason"
    }
}
