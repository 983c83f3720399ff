package org.xuncha.app.screens

import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Located
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.ProgressBar
import org.xuncha.app.ui.Settling
import org.xuncha.core.DraftLine
import org.xuncha.core.HomePage
import org.xuncha.core.NoticeLead
import org.xuncha.core.OwnPlaces
import org.xuncha.core.UrgentLine

/** 首页: what is to be done, in order of need, how far the month is, and what waits. */
class HomeScreen(host: Host, place: Place) : Screen(host, place) {
    private var isLocating = false

    /** The draft that one more tap gives up. */
    private var reallyGivesUp: String? = null
    private val settling = Settling()

    /** Whether the nearest are wanted on top, as the page that is drawn says. */
    private var nearestFirst = false

    override fun onOpened() {
        if (place.found == null) locateOnPatrol()
    }

    override fun onShown() {
        if (place.found?.isOld == true) locateOnPatrol()
    }

    /** On patrol the nearest are wanted on top, without a tap where nobody has to be asked. */
    private fun locateOnPatrol() {
        if (nearestFirst && host.mayReadPosition) locate(isAsked = false)
    }

    override fun onUploads() = host.refresh()

    override fun draw(): Page {
        val book = host.phone.book()
        val home = place.found?.fix?.let(book::homeAt) ?: book.home()
        nearestFirst = home.nearestFirst
        val content = kit.column(
            kit.softText(string(R.string.who, home.stationName, home.memberName, home.roleLabel)),
            *home.notices.map { kit.noticeCard(it, ::open) }.toTypedArray(),
            if (home.mustEnrol) kit.secondary(string(R.string.enrol_again), R.drawable.ic_qr) { host.go(Kind.ENROL) } else null,
            *urgent(home.urgent).toTypedArray(),
            *home.drafts.map(::draft).toTypedArray(),
            month(home),
            waiting(home),
            kit.section(string(R.string.my_venues)),
            if (home.nearestFirst) nearest() else null,
            *home.venues.map { line -> kit.venueCard(line) { host.go(Kind.VENUE, line.venue) } }.toTypedArray(),
            if (home.venues.isEmpty()) kit.text(string(R.string.no_venues)) else null,
        )
        return tabPage(string(R.string.app_name), content, Kind.HOME, OwnPlaces(home.mayCheckIn, home.isHead))
    }

    private fun open(lead: NoticeLead) = when (lead) {
        is NoticeLead.Record -> host.go(Kind.RECORD, lead.record)
        NoticeLead.Records -> host.begin(Kind.RECORDS)
    }

    private fun nearest(): View = when {
        isLocating -> kit.signed(R.drawable.ic_clock, string(R.string.locating), kit.palette.wait.ink, bold = true)
        place.found != null -> kit.signed(R.drawable.ic_pin, string(R.string.nearest_first), kit.palette.good.ink, bold = true)
        else -> kit.secondary(string(R.string.sort_by_distance), R.drawable.ic_pin) { locate(isAsked = true) }
    }

    private fun locate(isAsked: Boolean) {
        isLocating = true
        host.readPosition { found ->
            isLocating = false
            place.found = found as? Located.Found
            if (isAsked && found is Located.Not) host.tell(string(found.advice)) else host.refresh()
        }
        host.refresh()
    }

    private fun month(home: HomePage): View = kit.card(
        kit.text(home.progress, scale = 1.1f, bold = true),
        ProgressBar(kit, home.met.toInt(), home.total.toInt()),
        home.vacation?.let { kit.signed(R.drawable.ic_school, it, kit.palette.wait.ink) },
    )

    private fun waiting(home: HomePage): View {
        val line = kit.unsentLine(home.unsent, home.waiting, host.phone.uploads)
        return kit.card(
            kit.row(line, kit.sign(R.drawable.ic_next, kit.palette.inkSoft, size = 24)),
            host.phone.uploads.toldFirst()?.let(kit::uploadTold),
        ) { host.begin(Kind.RECORDS) }
    }

    private fun urgent(lines: List<UrgentLine>): List<View> {
        if (lines.isEmpty()) return emptyList()
        val cards = lines.map { line ->
            kit.card(
                kit.signed(R.drawable.ic_alarm, "${line.severityLabel} · ${line.venueName}", kit.palette.bad.ink, bold = true),
                kit.text(line.question, kit.palette.bad.ink),
                line.answer?.let { kit.text(it, kit.palette.bad.ink, bold = true) },
                kit.text(line.`when`, kit.palette.bad.ink),
                tint = kit.palette.bad,
            ) { host.go(Kind.VENUE, line.venue) }
        }
        return listOf<View>(kit.section(string(R.string.urgent))) + cards
    }

    private fun draft(line: DraftLine): View = kit.card(
        kit.signed(R.drawable.ic_pencil, line.venueName, kit.palette.accent, bold = true),
        if (line.isCorrection) kit.chip(R.drawable.ic_return, string(R.string.is_correction), kit.palette.warn) else null,
        kit.text(line.text),
        kit.softText(string(R.string.started_at, line.started)),
        if (line.readable) {
            kit.primary(string(R.string.go_on), R.drawable.ic_next) { host.go(Kind.INSPECTION, line.draft) }
        } else {
            val words = if (line.draft == reallyGivesUp) R.string.really_discard else R.string.give_up
            kit.careful(string(words), R.drawable.ic_trash) { giveUp(line.draft) }
        },
    )

    private fun giveUp(draft: String) {
        if (draft != reallyGivesUp) {
            reallyGivesUp = draft
            settling.moved()
        } else if (settling.isUnderWay) {
            return
        } else if (host.trying { it.discard(draft) } != null) {
            host.leftShots(draft).forEach { it.file.delete() }
        }
        host.redraw()
    }
}
