package org.xuncha.app.screens

import android.os.Bundle
import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Settling
import org.xuncha.app.ui.Signs
import org.xuncha.core.ReviewLine
import org.xuncha.core.ReviewQueue

/** 审核: for the head, what waits; one tap shows it, one approves it, and to return one a reason is written. */
class ReviewsScreen(host: Host, place: Place) : Screen(host, place) {
    private var returning: String? = place.state.getString(RETURNING)
    private var reason: String = place.state.getString(REASON).orEmpty()

    /** The records as they stand on the page. What comes while it is open stands below: nothing moves under a finger. */
    private var order: List<String>? = null
    private var later = emptyList<String>()
    private val settling = Settling()

    override fun save(state: Bundle) {
        state.putString(RETURNING, returning)
        state.putString(REASON, reason)
    }

    override fun onUploads() = host.refresh()

    override fun onBack(): Boolean {
        if (returning == null) return false
        leaveReason()
        return true
    }

    override fun draw(): Page {
        val queue = host.phone.book().reviewQueue()
        queue.lines.find { it.record == returning }?.let { return reasonPage(it, queue.usualReasons) }
        arrange(queue)
        val lines = queue.lines.associateBy { it.record }
        val content = kit.column(
            kit.heading(queue.text),
            *order.orEmpty().map { line(lines.getValue(it)) }.toTypedArray(),
            *kit.part(R.string.reviews_later, later.map { line(lines.getValue(it)) }).toTypedArray(),
        )
        return page(string(R.string.reviews_title), content)
    }

    /** Where the lines stand: those from before where they stood, unless one above was decided. */
    private fun arrange(queue: ReviewQueue) {
        val waiting = queue.lines.map { it.record }
        val before = order ?: waiting
        val (kept, keptLater) = before.filter(waiting::contains) to later.filter(waiting::contains)
        if (kept != before || keptLater != later) settling.moved()
        order = kept
        later = keptLater + (waiting - kept - keptLater)
    }

    private fun line(line: ReviewLine): View = kit.card(
        kit.text(line.venueName, scale = 1.15f, bold = true),
        kit.softText(if (line.isCorrection) string(R.string.correction_of, line.`when`) else line.`when`),
        kit.signed(R.drawable.ic_people, line.people.joinToString("、") { it.name }),
        kit.chip(Signs.of(line.grade), line.gradeLabel, Signs.tint(line.grade, kit.palette)),
        *line.findings.map { kit.signed(Signs.of(it.severity), it.question, Signs.tint(it.severity, kit.palette).ink) }.toTypedArray(),
        kit.secondary(string(R.string.see_content), R.drawable.ic_list) { see(line.record) }.apply {
            contentDescription = string(R.string.see_content_at, line.venueName, line.`when`)
        },
        if (host.phone.work.isBusyWith(line.record)) sending() else decisions(line),
    )

    private fun sending(): View = kit.signed(R.drawable.ic_clock, string(R.string.sending), kit.palette.wait.ink, bold = true)

    private fun decisions(line: ReviewLine): View =
        kit.pair(
            kit.secondary(string(R.string.return_it), R.drawable.ic_return) { askReason(line.record) }.apply {
                contentDescription = string(R.string.return_at, line.venueName, line.`when`)
            },
            kit.primary(string(R.string.approve), R.drawable.ic_check) { approve(line.record) }.apply {
                contentDescription = string(R.string.approve_at, line.venueName, line.`when`)
            },
        )

    private fun reasonPage(line: ReviewLine, usual: List<String>): Page =
        ReasonPage(kit, line.venueName, usual, reason, host.phone.work.isBusyWith(line.record), Reasons(line.record)).draw()

    private inner class Reasons(private val record: String) : ReasonPage.Taps {
        override fun type(words: String) {
            reason = words
        }

        override fun choose(words: String) {
            reason = words
            host.redraw()
        }

        override fun giveBack() = send(record)

        override fun leave() = leaveReason()
    }

    private fun see(record: String) {
        if (!settling.isUnderWay) host.go(Kind.REVIEW, record)
    }

    private fun askReason(record: String) {
        if (settling.isUnderWay) return
        returning = record
        reason = ""
        host.redraw()
    }

    private fun leaveReason() {
        returning = null
        reason = ""
        host.redraw()
    }

    private fun approve(record: String) {
        if (settling.isUnderWay) return
        host.later(record, { it.approve(record) }) { done -> if (done != null) host.tell(string(R.string.approved_told), isGood = true) }
        host.redraw()
    }

    private fun send(record: String) {
        val given = reason.trim()
        host.later(record, { it.returnRecord(record, given) }) { done ->
            if (done == null) return@later
            // A reason for another one may be being written meanwhile.
            if (returning == record) leaveReason()
            host.tell(string(R.string.returned_told), isGood = true)
        }
        host.redraw()
    }

    /** What came of it stands at the head of the page, and all else below. */
    override fun onWork() {
        settling.moved()
        host.refresh()
    }

    private companion object {
        const val RETURNING = "returning"
        const val REASON = "reason"
    }
}
