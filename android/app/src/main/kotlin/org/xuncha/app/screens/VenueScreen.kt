package org.xuncha.app.screens

import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Signs
import org.xuncha.core.SchoolLine
import org.xuncha.core.VenuePage
import org.xuncha.core.VisitLine

/** 场所: where it is, where it stands this month, what was found before, and what can be done here. */
class VenueScreen(host: Host, place: Place) : Screen(host, place) {
    override fun draw(): Page {
        val venue = host.phone.book().venue(place.about)
        val draft = venue.underWay
        val content = kit.column(
            head(venue),
            *again(venue).toTypedArray(),
            *kit.part(R.string.schools_near, venue.schools.map(::school)).toTypedArray(),
            *kit.part(R.string.last_visits, venue.visits.map(::visit)).toTypedArray(),
            if (venue.visits.isEmpty()) kit.softText(string(R.string.no_visits)) else null,
        )
        val actions = listOfNotNull(
            when {
                !venue.mayInspect -> null
                draft != null -> kit.primary(string(R.string.go_on), R.drawable.ic_next) { host.go(Kind.INSPECTION, draft) }
                else -> kit.primary(string(R.string.start_inspection), R.drawable.ic_next) { host.go(Kind.TEAM, place.about) }
            },
            if (venue.mayCheckIn) {
                kit.secondary(string(R.string.check_in_here), R.drawable.ic_pin) { host.go(Kind.CHECK_IN, place.about) }
            } else {
                null
            },
        )
        return page(string(R.string.venue_title), content, actions)
    }

    private fun head(venue: VenuePage): View {
        val line = venue.line
        return kit.column(
            kit.heading(line.name),
            kit.signed(R.drawable.ic_pin, "${line.kindLabel} · ${line.address}", kit.palette.inkSoft),
            kit.standing(line),
            venue.notOpen?.let { kit.signed(R.drawable.ic_dash, it, kit.palette.warn.ink, bold = true) },
        )
    }

    private fun again(venue: VenuePage): List<View> = kit.part(R.string.look_again, venue.lookAgain.map { kit.findingCard(it) })

    private fun school(school: SchoolLine): View = kit.card(
        kit.signed(R.drawable.ic_school, "${school.name} · ${school.levelLabel}", bold = true),
        if (school.isNear) kit.chip(R.drawable.ic_warn, string(R.string.near_school), kit.palette.warn) else null,
        kit.softText(school.distance),
    )

    private fun visit(visit: VisitLine): View = kit.card(
        kit.text("${visit.`when`} · ${visit.kindLabel}", bold = true),
        kit.signed(R.drawable.ic_person, visit.people.joinToString("、"), kit.palette.inkSoft),
        kit.chip(Signs.of(visit.grade), visit.gradeLabel, Signs.tint(visit.grade, kit.palette)),
        if (visit.findings > 0uL) kit.signed(R.drawable.ic_warn, string(R.string.findings_count, visit.findings.toInt())) else null,
        visit.review?.let { kit.text(it) },
        if (visit.unsent) kit.signed(R.drawable.ic_phone, string(R.string.only_here), kit.palette.inkSoft) else null,
    )
}
