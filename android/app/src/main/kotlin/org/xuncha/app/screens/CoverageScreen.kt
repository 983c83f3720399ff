package org.xuncha.app.screens

import android.os.Bundle
import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.ProgressBar
import org.xuncha.core.CoverageLine
import org.xuncha.core.CoverageVisit
import java.time.YearMonth

/** 覆盖: for the head, which venues have their visits in a month, and which records count. */
class CoverageScreen(host: Host, place: Place) : Screen(host, place) {
    private var month: String? = place.state.getString(MONTH)

    override fun save(state: Bundle) = state.putString(MONTH, month)

    override fun onUploads() = host.refresh()

    override fun draw(): Page {
        val coverage = host.phone.book().coverage(month)
        val shown = coverage.month
        val content = kit.column(
            kit.softText(coverage.stationName),
            kit.card(
                kit.heading(coverage.monthLabel),
                kit.text(string(R.string.met_of, coverage.met.toInt(), coverage.total.toInt()), bold = true),
                ProgressBar(kit, coverage.met.toInt(), coverage.total.toInt()),
                kit.pair(
                    kit.secondary(string(R.string.month_before), R.drawable.ic_back) { turn(shown, -1) },
                    kit.secondary(string(R.string.month_after), R.drawable.ic_next) { turn(shown, +1) },
                ),
            ),
            coverage.toReview?.let { words ->
                kit.card(kit.signed(R.drawable.ic_list, words, kit.palette.accent, bold = true)) { host.go(Kind.REVIEWS) }
            },
            *coverage.lines.map(::line).toTypedArray(),
        )
        return tabPage(string(R.string.coverage_title), content, Kind.COVERAGE, coverage.own)
    }

    private fun line(line: CoverageLine): View = kit.card(
        kit.text(line.venue.name, scale = 1.15f, bold = true),
        kit.standing(line.venue),
        *line.records.map(::visit).toTypedArray(),
    ) { host.go(Kind.VENUE, line.venue.venue) }

    private fun visit(visit: CoverageVisit): View {
        val words = "${visit.`when`} · ${visit.people.joinToString("、")} · ${visit.verdictLabel}"
        return if (visit.unsent) kit.signed(R.drawable.ic_phone, "$words · ${string(R.string.only_here)}") else kit.text(words)
    }

    private fun turn(from: String, by: Long) {
        month = YearMonth.parse(from).plusMonths(by).toString()
        host.redraw()
    }

    private companion object {
        const val MONTH = "month"
    }
}
