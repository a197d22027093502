//! Names for invented people: common ones, put together at random. Nobody is meant.

/// Given names of those who were born in the thirties to fifties.
pub(super) const OLDER: [&str; 46] = [
    "Aili", "Arvo", "Eeva", "Eero", "Helvi", "Eino", "Irja", "Erkki", "Kaarina", "Esko", "Kerttu", "Heikki", "Laila",
    "Jorma", "Liisa", "Kalevi", "Maija", "Kalle", "Marjatta", "Kauko", "Martta", "Lauri", "Mirja", "Martti", "Pirkko",
    "Matti", "Raija", "Olavi", "Ritva", "Onni", "Saara", "Paavo", "Sirkka", "Pentti", "Terttu", "Reino", "Toini",
    "Seppo", "Tuulikki", "Tauno", "Vieno", "Toivo", "Anneli", "Urho", "Elma", "Yrjö",
];

/// Given names of those who work.
pub(super) const WORKING: [&str; 20] = [
    "Sari", "Timo", "Heidi", "Ville", "Noora", "Janne", "Tuija", "Antti", "Katja", "Petri", "Johanna", "Ismo",
    "Fatima", "Teemu", "Anna", "Markku", "Olga", "Kari", "Minna", "Juho",
];

/// Family names of the north.
pub(super) const FAMILY: [&str; 38] = [
    "Alatalo",
    "Haapala",
    "Hiltunen",
    "Huttu",
    "Isokangas",
    "Juntunen",
    "Jääskeläinen",
    "Kallio",
    "Karppinen",
    "Keränen",
    "Koskela",
    "Kurkela",
    "Kärkkäinen",
    "Laitinen",
    "Leinonen",
    "Luukkonen",
    "Matinheikki",
    "Mustonen",
    "Määttä",
    "Niskanen",
    "Oikarinen",
    "Ojala",
    "Pelkonen",
    "Perätalo",
    "Pikkarainen",
    "Pitkänen",
    "Rantala",
    "Räisänen",
    "Saarela",
    "Savilampi",
    "Seppänen",
    "Sipola",
    "Tervo",
    "Tolonen",
    "Törmänen",
    "Vuorela",
    "Väisänen",
    "Ylitalo",
];
