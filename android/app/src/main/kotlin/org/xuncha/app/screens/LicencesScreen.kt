package org.xuncha.app.screens

import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Licences
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page

/** Whose work the app stands on. A tap shows the terms. */
class LicencesScreen(host: Host, place: Place) : Screen(host, place) {
    override fun draw(): Page {
        val cards = Licences.all(kit.context).mapIndexed { number, group ->
            kit.card(
                kit.text(group.licence, bold = true),
                kit.text(named(group)),
            ) { host.go(Kind.LICENCE, "$number") }
        }
        val content = kit.column(kit.softText(string(R.string.licences_hint)), *cards.toTypedArray())
        return page(string(R.string.licences), content)
    }

    /** The first few of many: all of them stand beneath the text. */
    private fun named(group: Licences): String {
        val names = group.packages.take(NAMED).joinToString(", ") { it.name }
        return if (group.packages.size > NAMED) string(R.string.and_others, names, group.packages.size) else names
    }

    private companion object {
        const val NAMED = 5
    }
}
