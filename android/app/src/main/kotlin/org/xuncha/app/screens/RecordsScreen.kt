package org.xuncha.app.screens

import android.os.Bundle
import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.core.HistoryPage
import org.xuncha.core.OutboxPage
import org.xuncha.core.RecordLine

/** 待传 and history: what only this phone has, and everything that was made on it, each with its honest state. */
class RecordsScreen(host: Host, place: Place) : Screen(host, place) {
    private var pages = place.state.getInt(PAGES, 1)

    override fun save(state: Bundle) = state.putInt(PAGES, pages)

    override fun onUploads() = host.refresh()

    override fun draw(): Page {
        val book = host.phone.book()
        val outbox = book.outbox()
        val waiting = outbox.lines.map(RecordLine::record).toSet()
        val history = ArrayList<HistoryPage>()
        repeat(pages) {
            val before = history.lastOrNull()
            if (before == null || before.next != null) history.add(book.history(before?.next, PAGE.toUInt()))
        }
        val older = history.flatMap { it.lines }.filter { it.record !in waiting }
        val more = history.last().next != null
        val content = kit.column(
            waiting(outbox),
            *outbox.lines.map(::line).toTypedArray(),
            kit.section(string(R.string.history)),
            *older.map(::line).toTypedArray(),
            if (older.isEmpty()) kit.softText(string(R.string.no_history)) else null,
            if (more) kit.secondary(string(R.string.older), R.drawable.ic_list) { showMore() } else null,
        )
        return tabPage(string(R.string.records_title), content, Kind.RECORDS)
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
        pages++
        host.redraw()
    }

    private companion object {
        const val PAGES = "pages"
        const val PAGE = 20
    }
}
