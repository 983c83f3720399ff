package org.xuncha.app.screens

import org.xuncha.app.Host
import org.xuncha.app.Licences
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page

/** The terms of some packages in full, and where their sources are. */
class LicenceScreen(host: Host, place: Place) : Screen(host, place) {
    override fun draw(): Page {
        val group = Licences.all(kit.context)[place.about.toInt()]
        val content = kit.column(
            kit.heading(group.licence),
            *group.texts.map { kit.card(kit.text(it)) }.toTypedArray(),
            kit.section(string(R.string.licence_of)),
            *group.packages.map { kit.text("${it.name}\n${it.source}") }.toTypedArray(),
        )
        return page(string(R.string.licence_title), content)
    }
}
