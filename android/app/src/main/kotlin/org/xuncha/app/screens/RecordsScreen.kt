package org.xuncha.app.screens

import android.os.Bundle
import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.core.OutboxPage
import org.xuncha.core.RecordLine

/** 待传 and history: what only this phone has, and everything that was made on it, each with its honest state. */
class RecordsScreen(host: Host, place: Place) : Screen(host, place) {
    private var shown = place.state.getInt(SHOWN, PAGE)

    override fun save(state: Bundle) = state.putInt(SHOWN, shown)

    override fun onUploads() = host.refresh()

    override fun draw(): Page {
        val records = host.phone.book().records(shown.toUInt())
        val content = kit.column(
            waiting(records.outbox),
            *records.outbox.lines.map(::line).toTypedArray(),
            kit.section(string(R.string.history)),
            *records.older.map(::line).toTypedArray(),
            if (records.older.isEmpty()) kit.softText(string(R.string.no_history)) else null,
            if (records.hasMore) kit.secondary(string(R.string.older), R.drawable.ic_list) { showMore() } else null,
        )
        return tabPage(string(R.string.records_title), content, Kind.RECORDS, records.own)
    }

    private fun waiting(outbox: OutboxPage): View {
        val uploads = host.phone.uploads
        return kit.card(
            kit.unsentLine(outbox.unsent, outbox.text, uploads, bold = true),
            outbox.synced?.let { kit.softText(string(R.string.synced_at, it)) },
            *uploads.told().map(kit::uploadTold).toTypedArray(),
            kit.uploadButton(uploads),
            kit.secondary(string(R.string.hand_over), R.drawable.ic_next) { host.go(Kind.HAND_OVER) },
        )
    }

    private fun line(line: RecordLine): View = kit.recordCard(line) { host.go(Kind.RECORD, line.record) }

    private fun showMore() {
        shown += PAGE
        host.redraw()
    }

    private companion object {
        const val SHOWN = "shown"
        const val PAGE = 20
    }
}
