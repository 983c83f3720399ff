package org.xuncha.app

import android.os.Bundle
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** Wherever one goes, there is a page, and a way back to the first one. */
@RunWith(RobolectricTestRunner::class)
class TrailTest {
    private val trail = Trail()

    @Test
    fun one_goes_back_as_one_came_and_from_the_start_to_the_first_page() {
        trail.begin(Place(Kind.RECORDS))
        trail.add(Place(Kind.RECORD, "7"))
        trail.replace(Place(Kind.DONE, "7"))
        assertEquals(Kind.DONE, trail.top.kind)
        trail.back()
        assertEquals(Kind.RECORDS, trail.top.kind)
        assertTrue(trail.isAtStart)
        trail.back()
        assertEquals(Kind.HOME, trail.top.kind)
    }

    @Test
    fun it_is_the_same_after_the_death_of_the_process() {
        trail.add(Place(Kind.VENUE, "blue", Bundle().apply { putInt("scroll", 40) }))
        val again = Trail().apply { restore(Bundle().also(trail::save)) }
        assertEquals("blue", again.top.about)
        assertEquals(40, again.top.state.getInt("scroll"))
        again.back()
        assertEquals(Kind.HOME, again.top.kind)
    }

    @Test
    fun places_of_an_older_app_that_are_no_more_lead_to_the_first_page() {
        val old = Bundle().apply { putParcelableArrayList("trail", arrayListOf(Bundle().apply { putString("kind", "GONE") })) }
        for (state in listOf(old, Bundle(), null)) {
            assertEquals(Kind.HOME, Trail().apply { restore(state) }.top.kind)
        }
    }
}
