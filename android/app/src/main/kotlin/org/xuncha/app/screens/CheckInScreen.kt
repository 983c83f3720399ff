package org.xuncha.app.screens

import android.os.Bundle
import android.text.InputType
import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Located
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.fixOrNull
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Settling
import org.xuncha.core.Fix
import org.xuncha.core.VenueLine

/** 签到: the nearest venues on top, one tap, a note if one likes. Opened from a venue, only that one. */
class CheckInScreen(host: Host, place: Place) : Screen(host, place) {
    private var located: Located? = null
    private val fix: Fix? get() = located?.fixOrNull
    private val isOld get() = (located as? Located.Found)?.isOld == true
    private var note: String? = place.state.getString(NOTE)

    /** The venue whose tap waits for the position that is being read: without one it would be worth less. */
    private var tapped: VenueLine? = null
    private val settling = Settling()

    init {
        locate()
    }

    override fun onShown() {
        if (isOld) locate()
    }

    private fun locate() {
        located = null
        host.readPosition { found ->
            located = found
            if (fix != null) settling.moved()
            tapped?.let(::seal) ?: host.refresh()
        }
        host.refresh()
    }

    override fun save(state: Bundle) = state.putString(NOTE, note)

    override fun draw(): Page {
        val page = host.phone.book().toCheckIn(fix)
        val venues = if (place.about.isEmpty()) page.venues else page.venues.filter { it.venue == place.about }
        val content = kit.column(
            when (val located = located) {
                null -> kit.signed(R.drawable.ic_clock, string(R.string.locating), kit.palette.wait.ink, bold = true)
                Located.Not.WANTED -> kit.signed(R.drawable.ic_dash, string(R.string.no_position), kit.palette.inkSoft)
                is Located.Not -> kit.signed(R.drawable.ic_dash, string(located.advice), kit.palette.inkSoft)
                is Located.Found -> kit.signed(R.drawable.ic_pin, string(R.string.nearest_first), kit.palette.good.ink, bold = true)
            },
            remark(),
            *venues.map(::line).toTypedArray(),
        )
        return if (place.about.isEmpty()) {
            tabPage(string(R.string.check_in_title), content, Kind.CHECK_IN, page.own)
        } else {
            page(string(R.string.check_in_title), content)
        }
    }

    private fun line(line: VenueLine): View {
        val waits = line.venue == tapped?.venue
        val words = if (waits) R.string.check_in_now else R.string.check_in
        return kit.card(
            kit.text(line.name, scale = 1.15f, bold = true),
            kit.softText(listOfNotNull(line.distance, line.address.ifEmpty { null }).joinToString(" · ")),
            if (waits) kit.signed(R.drawable.ic_clock, string(R.string.locating), kit.palette.wait.ink, bold = true) else null,
            kit.primary(string(words), R.drawable.ic_pin) { checkIn(line) }.apply {
                contentDescription = string(if (waits) R.string.check_in_now_at else R.string.check_in_at, line.name)
            },
        )
    }

    private fun remark(): View {
        val written = note ?: return kit.secondary(string(R.string.add_note), R.drawable.ic_pencil) {
            note = ""
            host.redraw()
        }
        return kit.field(string(R.string.note_first), written, InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_MULTI_LINE) {
            note = it
        }
    }

    private fun checkIn(line: VenueLine) {
        if (settling.isUnderWay) return
        // Whoever walked on with this page open is somewhere else by now.
        if (isOld) locate()
        if (located != null || line.venue == tapped?.venue) return seal(line)
        tapped = line
        // The second tap of a trembling finger is no word that nobody wants to wait.
        settling.moved()
        host.redraw()
    }

    private fun seal(line: VenueLine) {
        tapped = null
        val remark = note?.trim()?.ifEmpty { null }
        val saved = host.trying { it.checkIn(line.venue, fix, null, remark) } ?: return
        host.replace(Kind.DONE, saved.record)
        host.phone.uploads.start()
    }

    private companion object {
        const val NOTE = "note"
    }
}
